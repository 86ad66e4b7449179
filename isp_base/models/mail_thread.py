from odoo import models

from .mail_message import GOING


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def unlink(self):
        """The log of a record goes with it."""
        return super(MailThread, self.with_context(isp_going=GOING)).unlink()
