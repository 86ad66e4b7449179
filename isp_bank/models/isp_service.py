from odoo import models


class IspService(models.Model):
    """What a subscriber is to transfer, told by a message."""

    _inherit = "isp.service"

    def _describe_dues_for_subscriber(self):
        lines = super()._describe_dues_for_subscriber()
        payers = self._get_moves_to_tell().grouped(
            lambda move: (move.company_id, move.commercial_partner_id)
        )
        for (company, payer), moves in payers.items():
            if self._is_all_told(company, payer, moves):
                lines += moves[:1]._isp_describe_transfer()
        return lines

    def _is_all_told(self, company, payer, moves):
        """Whether these are all that a payer owes: his amount is of all of it, and
        somebody who has one service of a company is not told what it owes."""
        debts = self.env["isp.unique.amount"]._get_debts(company, payer)
        told = company.currency_id.round(sum(m._isp_get_debt() for m in moves))
        return debts.get(payer) == told
