from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_quiet_from = fields.Float(related="company_id.isp_quiet_from", readonly=False)
    isp_quiet_until = fields.Float(related="company_id.isp_quiet_until", readonly=False)
    isp_spread_hours = fields.Integer(
        related="company_id.isp_spread_hours", readonly=False
    )
    isp_incoming_days = fields.Integer(
        related="company_id.isp_incoming_days", readonly=False
    )
