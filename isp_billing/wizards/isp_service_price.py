from odoo import api, fields, models


class IspServicePrice(models.TransientModel):
    """Gives a running service a monthly price of its own, from today on."""

    _name = "isp.service.price"
    _description = "Change the Price of a Service"
    _inherit = ["isp.service.dialog.mixin"]

    currency_id = fields.Many2one(related="service_id.currency_id")
    current_price = fields.Monetary(
        related="service_id.monthly_price", string="Present Price", related_sudo=False
    )
    own_price = fields.Monetary(
        "New Monthly Price", help="0: the price of the plan from now on."
    )
    preview = fields.Html("Next Invoice", readonly=True)

    @api.onchange("own_price")
    def _onchange_own_price(self):
        self.preview = False

    def action_preview(self):
        self.ensure_one()
        self.preview = self.service_id._render_next_invoice(
            lambda service: service._change_price(self.own_price)
        )
        action = self.service_id._open_wizard("isp_billing.isp_service_price_action")
        return {**action, "res_id": self.id}

    def action_apply(self):
        self.ensure_one()
        self.service_id._change_price(self.own_price)
        return {"type": "ir.actions.act_window_close"}
