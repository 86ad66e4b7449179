from odoo import api, fields, models


class IspServicePause(models.TransientModel):
    """Shows what a pause gives back, and what it costs."""

    _inherit = "isp.service.pause"

    currency_id = fields.Many2one(related="service_id.currency_id")
    fee = fields.Monetary(
        "Fee a Month",
        help="Charged by days, with the first invoice after the pause. 0: it is free.",
    )
    preview = fields.Html("Invoices", readonly=True)

    _fee_positive = models.Constraint(
        "CHECK (fee >= 0)", "The fee of a pause cannot be negative."
    )

    @api.onchange("date_from", "date_until", "fee")
    def _onchange_terms(self):
        self.preview = False

    def _get_terms(self):
        return {**super()._get_terms(), "fee": self.fee}

    def action_preview(self):
        self.ensure_one()
        self.service_id.sudo()._check_pause(self.date_from, self.date_until)
        self.preview = self.service_id._foresee_pause(
            self.date_from, self.date_until, self.fee
        )
        action = self.service_id._open_wizard("isp_base.isp_service_pause_action")
        return {**action, "res_id": self.id}
