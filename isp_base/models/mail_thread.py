from odoo import api, models
from odoo.exceptions import AccessError

from .mail_message import GOING


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

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
