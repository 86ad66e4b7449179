from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_network_user_id = fields.Many2one(
        related="company_id.isp_network_user_id", readonly=False
    )
