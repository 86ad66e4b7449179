from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_repair_due_days = fields.Integer(
        related="company_id.isp_repair_due_days", readonly=False
    )
    isp_repair_reopen_days = fields.Integer(
        related="company_id.isp_repair_reopen_days", readonly=False
    )
    isp_faulty_location_id = fields.Many2one(
        related="company_id.isp_faulty_location_id", readonly=False
    )
