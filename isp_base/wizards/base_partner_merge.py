from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Whoever becomes another one takes along the ID that that one lacks."""
        result = super()._update_values(src_partners, dst_partner)
        known = dst_partner.sudo()
        for partner in src_partners.sudo():
            vals = {
                name: partner._isp_get_secret(name)
                for name in ("isp_id_number", "isp_id_photo")
                if partner[name] and not known[name]
            }
            if "isp_id_number" in vals:
                vals["isp_id_type"] = partner.isp_id_type
            if vals:
                known.write(vals)
        return result
