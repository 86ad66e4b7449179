from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_unique_difference = fields.Selection(
        [
            ("credit", "Credit of the subscriber"),
            ("account", "Booked to an account"),
        ],
        "What a Unique Amount Adds",
        default="credit",
        required=True,
    )
    isp_unique_account_id = fields.Many2one(
        "account.account",
        "Account for Unique Amounts",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
    )
    isp_unique_days = fields.Integer(
        "Days a Former Unique Amount Is Kept",
        default=14,
        help="So long a transfer of it is still found when the debt has changed, and "
        "nobody else gets it.",
    )

    _isp_unique_days_range = models.Constraint(
        "CHECK (isp_unique_days BETWEEN 1 AND 90)",
        "A former unique amount is kept from 1 to 90 days.",
    )

    @api.constrains("isp_unique_difference", "isp_unique_account_id")
    def _check_isp_unique_account(self):
        for company in self:
            if (
                company.isp_unique_difference == "account"
                and not company.isp_unique_account_id
            ):
                raise ValidationError(
                    self.env._("Choose the account to which unique amounts are booked.")
                )
