from odoo import fields, models
from odoo.exceptions import UserError


class IspServiceSuspend(models.TransientModel):
    _name = "isp.service.suspend"
    _description = "Isolate a Service"

    service_ids = fields.Many2many(
        "isp.service", default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Selection(
        [("manual", "Manual"), ("abuse", "Abuse")], required=True, default="manual"
    )
    note = fields.Char()
    until = fields.Datetime(help="Empty: until somebody lifts it.")

    def action_apply(self):
        self.ensure_one()
        if self.until and self.until <= fields.Datetime.now():
            raise UserError(self.env._("“Until” must lie in the future."))
        self.service_ids._check_service_admin()
        self.service_ids._suspend(self.reason, note=self.note, until=self.until)
        return {"type": "ir.actions.act_window_close"}
