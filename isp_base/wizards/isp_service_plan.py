from odoo import fields, models
from odoo.exceptions import UserError


class IspServicePlan(models.TransientModel):
    _name = "isp.service.plan"
    _description = "Change the Plan of a Service"
    _inherit = ["isp.service.dialog.mixin"]

    current_plan_id = fields.Many2one(
        related="service_id.plan_id", string="Present Plan", related_sudo=False
    )
    plan_id = fields.Many2one(
        "product.template",
        "New Plan",
        required=True,
        domain="[('is_internet_plan', '=', True), ('id', '!=', current_plan_id),"
        " ('company_id', 'in', [False, company_id])]",
    )
    when = fields.Selection(
        [("now", "From today"), ("date", "From a day on")],
        required=True,
        default="now",
    )
    date = fields.Date("From")
    next_plan_id = fields.Many2one(
        related="service_id.next_plan_id", related_sudo=False
    )
    next_plan_date = fields.Date(
        related="service_id.next_plan_date", related_sudo=False
    )

    download_mbps = fields.Float(
        related="plan_id.isp_download_mbps", string="Download (Mbit/s)"
    )
    upload_mbps = fields.Float(
        related="plan_id.isp_upload_mbps", string="Upload (Mbit/s)"
    )
    speed_override = fields.Boolean(
        related="service_id.speed_override", related_sudo=False
    )

    def action_apply(self):
        self.ensure_one()
        service, day = self.service_id, self._get_day()
        if day:
            service._plan_change(self.plan_id, day)
        else:
            service._change_plan(self.plan_id)
            service._notify_subscriber("plan_changed")
        return {"type": "ir.actions.act_window_close"}

    def _get_day(self):
        """Return the day (date) from which the new plan holds, None: at once."""
        self.ensure_one()
        if self.when == "now":
            return None
        if not self.date:
            raise UserError(self.env._("From which day on? Choose it first."))
        return self.date
