from odoo import api, fields, models


class IspServicePlan(models.TransientModel):
    """Shows what the next invoice will say before the plan is changed."""

    _inherit = "isp.service.plan"

    preview = fields.Html("Next Invoice", readonly=True)

    @api.onchange("plan_id")
    def _onchange_plan_id(self):
        self.preview = False

    def action_preview(self):
        self.ensure_one()
        self.preview = self.service_id._render_next_invoice(
            lambda service: service._change_plan(self.plan_id)
        )
        action = self.service_id._open_wizard("isp_base.isp_service_plan_action")
        return {**action, "res_id": self.id}
