from odoo import api, fields, models
from odoo.tools import formatLang

from .. import qris


class AccountMove(models.Model):
    """What is to be transferred for an invoice, so that it is known who paid."""

    _inherit = "account.move"

    isp_transfer_amount = fields.Monetary(
        "Amount to Transfer",
        compute="_compute_isp_transfer_amount",
        help="All that the subscriber owes, with the digits by which his transfer is "
        "known, where there are such; else what is open of this invoice.",
    )

    @api.depends("amount_residual", "commercial_partner_id")
    @api.depends_context("uid")
    def _compute_isp_transfer_amount(self):
        for move in self:
            amounts = move._isp_get_unique_amounts()
            move.isp_transfer_amount = next(
                iter(amounts.values()), move.amount_residual
            )

    def _isp_get_unique_amounts(self):
        """Return {journal: amount} to transfer for this invoice; {}: it is what it is
        open over."""
        self.ensure_one()
        move = self.sudo()
        if not move._isp_is_confirmable():
            return {}
        return self.env["isp.unique.amount"]._get_amounts(
            move.company_id, move.commercial_partner_id
        )

    def _isp_get_bank_accounts(self):
        amounts = {
            journal.id: amount
            for journal, amount in self._isp_get_unique_amounts().items()
        }
        return [
            {
                **account,
                "amount": amounts.get(account["journal_id"]),
                "qris": self._isp_get_qris(account["journal_id"], amounts),
            }
            for account in super()._isp_get_bank_accounts()
        ]

    def _isp_get_qris(self, journal_id, amounts):
        """Return the text of the QRIS code that pays this invoice; None: there is none.

        :param amounts: {id of a journal: unique amount}
        """
        code = self.env["account.journal"].sudo().browse(journal_id).isp_qris
        amount = amounts.get(journal_id) or self.amount_residual
        if not code or self.currency_id.name != "IDR" or amount <= 0:
            return None
        return qris.with_amount(code, amount)

    def _isp_draw_qris(self, account):
        """Return the picture of an account's code as a data: URL."""
        return self.env["report.isp_billing.isp_invoice"]._get_qr(account["qris"])

    def _isp_judge_dues(self):
        """What pays an invoice, or takes a payment back, changes what is owed."""
        result = super()._isp_judge_dues()
        self.env["isp.unique.amount"]._note(self._isp_get_pots())
        return result

    def _isp_describe_transfer(self):
        exactly = [
            self.env._(
                "Please transfer exactly %(amount)s to %(bank)s %(number)s: by the "
                "last digits we know that it is you.",
                amount=formatLang(self.env, amount, currency_obj=self.currency_id),
                bank=journal.bank_id.name or journal.name,
                number=journal.bank_acc_number or "",
            )
            for journal, amount in self._isp_get_unique_amounts().items()
        ]
        return [*super()._isp_describe_transfer(), *exactly]
