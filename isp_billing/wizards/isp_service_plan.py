from odoo import api, fields, models


class IspServicePlan(models.TransientModel):
    """Shows what the next invoice will say before the plan is changed."""

    _inherit = "isp.service.plan"

    when = fields.Selection(
        selection_add=[("now",), ("period", "From the next period"), ("date",)],
        ondelete={"period": "cascade"},
    )
    period_date = fields.Date("Next Period From", compute="_compute_period_date")
    preview = fields.Html("Next Invoice", readonly=True)

    @api.depends("service_id")
    def _compute_period_date(self):
        for wizard in self:
            service = wizard.service_id
            billed = service.activation_date and service.billing_schedule_id
            wizard.period_date = billed and service._get_next_period_day()

    @api.onchange("plan_id", "when", "date")
    def _onchange_plan_id(self):
        self.preview = False

    def _get_day(self):
        return self.period_date if self.when == "period" else super()._get_day()

    def action_preview(self):
        self.ensure_one()
        self.preview = self.service_id._render_next_invoice(self._foresee)
        action = self.service_id._open_wizard("isp_base.isp_service_plan_action")
        return {**action, "res_id": self.id}

    def _foresee(self, service):
        """Do what is previewed, see isp.service._render_next_invoice."""
        day = self._get_day()
        if not day:
            return service._change_plan(self.plan_id)
        service._check_planned(self.plan_id, day, service.company_id._get_isp_today())
        return service._foresee_plan(self.plan_id, day)
