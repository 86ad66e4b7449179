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
            service = move.service_id
            service._charge_fee(
                "isp_billing.product_relocation",
                move.fee,
                kind="once",
                date_from=service.company_id._get_isp_today(),
            )
        return result
