from odoo import models


class AccountMove(models.Model):
    """What is owed by an invoice, and the money that it may be paid with."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["isp.dunning"]._note_money(posted._isp_get_pots())
        return posted

    def button_draft(self):
        pots = self._isp_get_pots()
        result = super().button_draft()
        self.env["isp.dunning"]._note_money(pots, gone=True)
        return result

    def button_cancel(self):
        pots = self._isp_get_pots()
        result = super().button_cancel()
        self.env["isp.dunning"]._note_money(pots, gone=True)
        return result

    def _isp_get_pots(self):
        """Return {(company, commercial partner)} of whom these say that he owes, or
        has money with us."""
        lines = self.sudo().line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.partner_id
        )
        return {
            (line.company_id, line.partner_id.commercial_partner_id) for line in lines
        }

    def _isp_get_debt(self) -> float:
        """Return what is owed by this invoice, in the currency of the books: without
        the tax that its customer withholds and pays to the state."""
        self.ensure_one()
        share = self.commercial_partner_id.sudo().isp_withheld_percent / 100
        withheld = share * self.amount_untaxed_signed
        return max(self.amount_residual_signed - withheld, 0.0)
