from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    """A cash journal may be a drawer at the counter."""

    _inherit = "account.journal"

    isp_is_drawer = fields.Boolean(
        "Drawer at the Counter",
        help="Cashiers open it, count what is in it and take money into it.",
    )
    isp_receipt_paper = fields.Selection(
        [("roll", "Roll (80 mm)"), ("sheet", "Sheet (A5)")],
        "Paper of Receipts",
        default="roll",
        help="On what the printer beside this drawer prints.",
    )

    @api.constrains("isp_is_drawer", "type", "currency_id")
    def _check_isp_is_drawer(self):
        for journal in self:
            if journal.isp_is_drawer and journal.type != "cash":
                raise ValidationError(
                    self.env._("%(journal)s is no cash journal.", journal=journal.name)
                )
            currency = journal.currency_id
            if journal.isp_is_drawer and currency not in (
                currency.browse(),
                journal.company_id.currency_id,
            ):
                raise ValidationError(
                    self.env._(
                        "%(journal)s is not in the currency of the company.",
                        journal=journal.name,
                    )
                )

    def _isp_get_difference_account(self, amount):
        """Return the account that takes what was counted too much or too little."""
        self.ensure_one()
        company = self.company_id
        if amount > 0:
            return (
                self.profit_account_id
                or company.default_cash_difference_income_account_id
            )
        return (
            self.loss_account_id or company.default_cash_difference_expense_account_id
        )
