from odoo import fields, models


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
        product = self.env.ref("isp_billing.product_relocation")
        lang = self.partner_id.lang or self.env.lang
        self.env["isp.service.charge"].create(
            {
                "service_id": self.id,
                "product_id": product.id,
                "name": product.with_context(lang=lang).name,
                "kind": "once",
                "price": fee,
                "tax_ids": [
                    fields.Command.set(self.with_context(active_test=False).tax_ids.ids)
                ],
                "date_from": self.company_id._get_isp_today(),
            }
        )
