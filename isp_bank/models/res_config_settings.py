from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_unique_difference = fields.Selection(
        related="company_id.isp_unique_difference", readonly=False, required=True
    )
    isp_unique_account_id = fields.Many2one(
        related="company_id.isp_unique_account_id", readonly=False
    )
    isp_unique_days = fields.Integer(
        related="company_id.isp_unique_days", readonly=False
    )
