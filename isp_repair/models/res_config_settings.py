from odoo import fields, models

from .helpdesk_ticket_access import PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_helpdesk_pages = fields.Boolean(
        "Pages of Helpdesk beside Ours", config_parameter=PARAMETER
    )
    isp_repair_due_days = fields.Integer(
        related="company_id.isp_repair_due_days", readonly=False
    )
    isp_repair_reopen_days = fields.Integer(
        related="company_id.isp_repair_reopen_days", readonly=False
    )
    isp_faulty_location_id = fields.Many2one(
        related="company_id.isp_faulty_location_id", readonly=False
    )

    def set_values(self):
        result = super().set_values()
        self.env["helpdesk.ticket"]._isp_apply_helpdesk_pages()
        return result
