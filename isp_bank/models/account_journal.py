from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import qris


class AccountJournal(models.Model):
    """A bank account of ours, and whether who pays to it has an amount of his own."""

    _name = "account.journal"
    _inherit = ["account.journal", "isp.notice.mixin"]

    isp_unique_amounts = fields.Boolean(
        "Unique Amounts",
        copy=False,
        help="Each subscriber who owes something is told an amount that nobody else "
        "is to transfer: what he owes, and 1 to 999 more. By it his transfer is known.",
    )
    isp_qris = fields.Char(
        "QRIS Code",
        copy=False,
        help="The text of your static QRIS code, as an app that reads QR codes shows "
        "it. Invoices and their pages then show a code with the amount in it.",
    )

    @api.constrains("isp_qris")
    def _check_isp_qris(self):
        for journal in self.filtered("isp_qris"):
            try:
                qris.read(journal.isp_qris)
            except qris.NotQris as error:
                raise ValidationError(self._isp_explain_qris(str(error))) from None

    @api.model
    def _isp_explain_qris(self, reason):
        """Return why a text is no QRIS code, by the word of `NotQris`."""
        return {
            "fields": self.env._(
                "This is not the text of a QRIS code. It begins with 000201 and ends "
                "with 6304 and four digits or letters: copy all of it."
            ),
            "crc": self.env._(
                "This QRIS code has a typing error or is not complete: its last four "
                "digits do not match. Read it from the picture again."
            ),
            "missing": self.env._(
                "This QR code names no merchant: it is not a QRIS code."
            ),
            "country": self.env._(
                "This QR code is not for rupiah in Indonesia: it is not a QRIS code."
            ),
        }[reason]

    @api.constrains("isp_unique_amounts")
    def _check_isp_unique_amounts(self):
        """Who owes something already has his number within the minute."""
        if any(journal.isp_unique_amounts for journal in self):
            self.env.ref("isp_bank.isp_cron_unique_amounts").sudo()._trigger()
