from odoo import models


class BasePartnerMerge(models.TransientModel):
    """Two cards of one customer become one: what he had on the one pays what he owes
    on the other."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        left = self.env["res.partner"].browse(partner_ids).exists()
        services = self.env["isp.service"].sudo()
        services = services.search(
            [("partner_id", "child_of", left.commercial_partner_id.ids)]
        )
        self.env["isp.dunning"]._note_money(
            {
                (service.company_id, service.partner_id.commercial_partner_id)
                for service in services
            },
            gone=True,
        )
        return result
