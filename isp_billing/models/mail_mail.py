from odoo import api, fields, models

RETRY_DAYS = 3


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def _cron_isp_retry(self):
        """Queue again what a mail server that was down did not take.

        Odoo gives such a message up at the first try. One that may have reached a
        server (another failure type) is left to a person, so that none comes twice.
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), days=RETRY_DAYS)
        mails = self.search(
            [
                ("state", "=", "exception"),
                ("model", "in", self._get_isp_retried_models()),
                ("failure_type", "in", [False, "mail_smtp"]),
                ("create_date", ">=", since),
            ]
        )
        mails.write({"state": "outgoing", "failure_reason": False})

    @api.model
    def _get_isp_retried_models(self):
        """Return the models (list of str) whose mails to customers may not get lost."""
        return ["account.move", "isp.payment.confirmation"]
