from odoo import models


class IspService(models.Model):
    """What a move costs is on the next invoice after it."""

    _inherit = "isp.service"

    def _relocate(self, place, survey=False, fee=0.0, **terms):
        """:param fee: what the move costs, when it is done"""
        relocation = super()._relocate(place, survey=survey, **terms)
        relocation.fee = fee
        return relocation

    def _complete_relocation(self):
        moves = self.sudo().relocation_id
        result = super()._complete_relocation()
        for move in moves.sudo().filtered("fee"):
            move.service_id._charge_relocation(move.fee)
        return result

    def _charge_relocation(self, fee):
        self._charge_fee(
            "isp_billing.product_relocation",
            fee,
            kind="once",
            date_from=self.company_id._get_isp_today(),
        )
