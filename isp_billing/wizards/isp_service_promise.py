from odoo import api, fields, models

DAYS = 3  # that are proposed


class IspServicePromise(models.TransientModel):
    """Opens services that are overdue until the day on which payment is promised."""

    _name = "isp.service.promise"
    _description = "Payment Promised"

    service_ids = fields.Many2many(
        "isp.service", default=lambda self: self.env.context.get("active_ids")
    )
    date = fields.Date(
        "Payment Promised Until",
        required=True,
        default=lambda self: self._default_date(),
        help="Until the end of this day it is not isolated for being overdue.",
    )

    @api.model
    def _default_date(self):
        return fields.Date.add(self.env.company._get_isp_today(), days=DAYS)

    def action_apply(self):
        self.ensure_one()
        self.service_ids._promise_payment(self.date)
        return {"type": "ir.actions.act_window_close"}
