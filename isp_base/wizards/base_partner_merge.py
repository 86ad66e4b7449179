from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Whoever becomes another one takes along the ID that that one lacks."""
        result = super()._update_values(src_partners, dst_partner)
        known = dst_partner.sudo()
        for partner in src_partners.sudo():
            if vals := partner._isp_get_lacking_id(known):
                known.write(vals)
        return result
