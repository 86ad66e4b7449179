from odoo import models


class MailMail(models.Model):
    """What became of an e-mail is told to the outbox."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        reason = failure_type and (
            failure_reason or self._isp_get_failure_label(failure_type)
        )
        self.env["isp.notice.message"]._note_mails(self, reason or "")
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _isp_get_failure_label(self, failure_type):
        """Return the words of a kind of failure, which people read."""
        kinds = self._fields["failure_type"]._description_selection(self.env)
        return dict(kinds).get(failure_type, failure_type)
