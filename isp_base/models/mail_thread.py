from odoo import api, models
from odoo.exceptions import AccessError

from .mail_message import GOING


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # Who reads what is written about a record; None: whoever reads the record
    _isp_talk_groups = None

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Who reads a record for its material alone has no part in the talk with its
        subscriber, where his address stands and what technicians say. Unless he is
        shown the card, he reads it as who writes the record does."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        groups = self._isp_talk_groups
        if (
            message_operation != "read"
            or not groups
            or self.env.user.has_groups(groups)
        ):
            return operations
        for record in self.sudo().exists():
            if record.partner_id and not record.partner_id.isp_is_shown:
                operations[record] = "write"
        return operations

    def _compute_message_partner_ids(self):
        """A follower whose card somebody may not see would keep him from reading whole
        what he may read."""
        seen = self.message_follower_ids.partner_id._filtered_access("read")
        for thread in self:
            thread.message_partner_ids = thread.message_follower_ids.partner_id & seen

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody has people follow whose cards he is not shown: what he writes on a
        record of his would be mailed to them."""
        people = self.env["res.partner"].browse(partner_ids or ())
        shown = people.exists()._filtered_access("read").ids
        return super().message_subscribe(shown, subtype_ids)

    def _sign_token(self, pid):
        """The token that it signs may be closed to whoever sends a message."""
        return super(MailThread, self.sudo())._sign_token(pid)

    def unlink(self):
        """The log of a record goes with it."""
        return super(MailThread, self.with_context(isp_going=GOING)).unlink()

    @api.model
    def message_process(self, *args, **kwargs):
        """A mail that has arrived says of itself who has written it, and when. Only the
        server's own mail gate brings one: anybody else would write it himself.

        :raises AccessError: for anyone but administrators of the system
        """
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(self.env._("Only the mail gate brings mails in."))
        return super().message_process(*args, **kwargs)
