from odoo import api, fields, models


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

    @api.constrains("isp_unique_amounts")
    def _check_isp_unique_amounts(self):
        """Who owes something already has his number within the minute."""
        if any(journal.isp_unique_amounts for journal in self):
            self.env.ref("isp_bank.isp_cron_unique_amounts").sudo()._trigger()
