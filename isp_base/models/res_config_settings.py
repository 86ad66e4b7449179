from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_username_pattern = fields.Char(
        related="company_id.isp_username_pattern", readonly=False
    )
