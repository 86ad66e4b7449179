from odoo import models


class MailMail(models.Model):
    """What became of an e-mail is told to the outbox."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        self.env["isp.notice.message"]._note_mails(
            self, "" if not failure_type else failure_reason or failure_type
        )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
