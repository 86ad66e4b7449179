from odoo import api, models
from odoo.exceptions import AccessError

from .mail_message import GOING


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _compute_message_partner_ids(self):
        """A follower whose card somebody may not see would keep him from reading whole
        what he may read."""
        seen = self.message_follower_ids.partner_id._filtered_access("read")
        for thread in self:
            thread.message_partner_ids = thread.message_follower_ids.partner_id & seen

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
