from odoo import fields, models


class IspPaymentConfirmation(models.Model):
    _inherit = "isp.payment.confirmation"

    isp_ticket_id = fields.Many2one(related="move_id.isp_ticket_id")

    def action_view_isp_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return self.isp_ticket_id._isp_open_form(self.isp_ticket_id)
