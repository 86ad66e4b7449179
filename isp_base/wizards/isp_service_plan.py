from odoo import fields, models


class IspServicePlan(models.TransientModel):
    _name = "isp.service.plan"
    _description = "Change the Plan of a Service"

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    company_id = fields.Many2one(related="service_id.company_id", related_sudo=False)
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
        self.service_id._change_plan(self.plan_id)
        return {"type": "ir.actions.act_window_close"}
