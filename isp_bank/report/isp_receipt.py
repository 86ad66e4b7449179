from odoo import api, models
from odoo.fields import Domain

CODE_HEIGHT = 42  # millimetres of a roll


class IspReceipt(models.AbstractModel):
    """What is owed still when a receipt is printed is paid by the code on it."""

    _inherit = "report.isp_billing.isp_receipt"

    @api.model
    def _get_receipt(self, payment):
        receipt = super()._get_receipt(payment)
        receipt["owed"] = owed = self._get_owed(payment)
        if owed:
            receipt["height"] += CODE_HEIGHT
        return receipt

    @api.model
    def _get_owed(self, payment):
        """Return {"amount", "picture"} of the code that pays what a customer owes now;
        None: he owes nothing, or no account has a code."""
        moves = self.env["account.move"].sudo()
        domain = Domain(moves._isp_get_open_domain()) & Domain(
            [
                ("company_id", "=", payment.company_id.id),
                ("currency_id", "=", payment.company_id.currency_id.id),
                ("partner_id", "child_of", payment.partner_id.commercial_partner_id.id),
            ]
        )
        move = moves.search(domain, order="invoice_date_due, id", limit=1)
        accounts = move._isp_get_bank_accounts() if move else []
        for account in accounts:
            if account["qris"]:
                return {
                    "amount": account["amount"] or move.amount_residual,
                    "picture": move._isp_draw_qris(account),
                }
        return None
