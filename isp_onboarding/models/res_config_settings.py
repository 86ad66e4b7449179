from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_registration_user_id = fields.Many2one(
        related="company_id.isp_registration_user_id", readonly=False
    )
    isp_restrict_before_payment = fields.Boolean(
        related="company_id.isp_restrict_before_payment", readonly=False
    )
    isp_step_days = fields.Integer(related="company_id.isp_step_days", readonly=False)
