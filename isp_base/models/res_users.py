from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    isp_works_everywhere = fields.Boolean(compute="_compute_isp_works_everywhere")

    @api.depends("company_ids")
    def _compute_isp_works_everywhere(self):
        """What belongs to no company is shared by all; only who works in all of them
        writes it. Record rules ask for this."""
        every = self.env["res.company"].sudo().with_context(active_test=False)
        companies = every.search([])
        for user in self:
            user.isp_works_everywhere = not companies - user.sudo().company_ids
