from contextlib import closing, suppress

from odoo import api, fields, models
from odoo.exceptions import UserError


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
        if self.plan_id and (self.when != "date" or self.date):
            with suppress(UserError):  # the button says what is wrong
                self.preview = self._render_apart()

    def _render_apart(self):
        """Return the next invoice. It is tried in a transaction of its own: undoing it
        here would undo what is in the dialog."""
        with closing(self.env.registry.cursor()) as cr:
            wizard = self.with_env(self.env(cr=cr)).new(
                {
                    "service_id": self.service_id.id,
                    "plan_id": self.plan_id.id,
                    "when": self.when,
                    "date": self.date,
                }
            )
            return wizard.service_id._render_next_invoice(wizard._foresee)

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
