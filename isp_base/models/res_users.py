from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    isp_works_everywhere = fields.Boolean(
        "Works in All Companies", compute="_compute_isp_works_everywhere"
    )

    @api.depends("company_ids")
    def _compute_isp_works_everywhere(self):
        """What belongs to no company is shared by all; only who works in all of them
        writes it. Record rules ask for this."""
        companies = self.env["res.company"].sudo()
        for user in self:
            others = [("id", "not in", user.sudo().company_ids.ids)]
            user.isp_works_everywhere = not companies.search_count(others, limit=1)
