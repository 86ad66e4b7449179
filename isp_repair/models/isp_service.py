from odoo import fields, models


class IspService(models.Model):
    _inherit = "isp.service"

    ticket_ids = fields.One2many("helpdesk.ticket", "service_id", "Repairs")
