from odoo import fields, models


class IspPaymentConfirmation(models.Model):
    _inherit = "isp.payment.confirmation"

    isp_ticket_id = fields.Many2one(related="move_id.isp_ticket_id")

    def _ask_to_check(self):
        """The office, which closes the repair, hears of it as well."""
        result = super()._ask_to_check()
        self.sudo().isp_ticket_id._isp_ask_office(
            lambda ticket: ticket.env._("The customer says that he has paid: check it")
        )
        return result

    def action_view_isp_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return self.isp_ticket_id._isp_open_form(self.isp_ticket_id)
