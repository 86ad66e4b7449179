from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Who becomes another one is changed, and so is that one."""
        people = self.env["res.partner"].browse(partner_ids)
        people.exists()._isp_check_may_change()
        if dst_partner:
            dst_partner._isp_check_may_change()
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Odoo moves services and cards below without telling what is computed."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner.invalidate_recordset(["isp_service_ids"])
        dst_partner.modified(["isp_service_ids"])
        return result

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Whoever becomes another one takes along the ID that that one lacks."""
        result = super()._update_values(src_partners, dst_partner)
        known = dst_partner.sudo()
        for partner in src_partners.sudo():
            if vals := partner._isp_get_lacking_id(known):
                known.write(vals)
        return result
