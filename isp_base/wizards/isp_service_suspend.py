from odoo import api, fields, models
from odoo.exceptions import UserError


class IspServiceSuspend(models.TransientModel):
    _name = "isp.service.suspend"
    _description = "Isolate a Service"

    service_ids = fields.Many2many(
        "isp.service", default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Selection(
        selection="_get_reason_selection", required=True, default="manual"
    )
    note = fields.Char()
    until = fields.Datetime(help="Empty: until somebody lifts it.")

    @api.model
    def _get_reason_selection(self):
        suspensions = self.env["isp.suspension"]
        labels = dict(suspensions._fields["reason"]._description_selection(self.env))
        return [
            (reason, labels[reason])
            for reason in suspensions._get_reasons_given_by_hand()
        ]

    def action_apply(self):
        self.ensure_one()
        if self.until and self.until <= fields.Datetime.now():
            raise UserError(self.env._("“Until” must lie in the future."))
        self.service_ids._check_service_admin()
        self.service_ids._suspend(self.reason, note=self.note, until=self.until)
        return {"type": "ir.actions.act_window_close"}
