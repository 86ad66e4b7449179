from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SERVICE_GROUPS

SPEED_DIGITS = (10, 3)


class ProductTemplate(models.Model):
    """An internet plan is a product: its monthly price, taxes and accounts come along.

    Speeds are in Mbit/s, as the subscriber counts them: download is towards him.
    """

    _name = "product.template"
    _inherit = ["product.template", "isp.shared.mixin"]

    company_id = fields.Many2one(default=lambda self: self._isp_get_default_owner())
    is_internet_plan = fields.Boolean("Internet Plan")
    isp_download_mbps = fields.Float("Download (Mbit/s)", digits=SPEED_DIGITS)
    isp_upload_mbps = fields.Float("Upload (Mbit/s)", digits=SPEED_DIGITS)
    isp_burst_download_mbps = fields.Float("Burst Download", digits=SPEED_DIGITS)
    isp_burst_upload_mbps = fields.Float("Burst Upload", digits=SPEED_DIGITS)
    isp_burst_threshold_download_mbps = fields.Float(
        "Burst Threshold Download", digits=SPEED_DIGITS
    )
    isp_burst_threshold_upload_mbps = fields.Float(
        "Burst Threshold Upload", digits=SPEED_DIGITS
    )
    isp_burst_seconds = fields.Integer("Burst Time (s)")
    isp_address_pool = fields.Char(
        "Address Pool", help="Name of the address pool on the router."
    )
    isp_kit_ids = fields.One2many(
        "isp.plan.kit.line",
        "plan_id",
        "Material of an Installation",
        copy=True,
        help="Proposed to technicians who ask for the material of an installation.",
    )
    isp_is_in_portal = fields.Boolean(
        "Subscribers May Change to It",
        help="It is offered in the portal to those who have another plan.",
    )
    isp_service_count = fields.Integer(
        "Services", compute="_compute_isp_service_count", groups=SERVICE_GROUPS
    )

    @api.model
    def _isp_get_default_owner(self):
        """A plan that somebody makes is his company's, unless he works in all."""
        companies = self.env["res.company"]
        is_plan = self.env.context.get("default_is_internet_plan")
        return companies._isp_get_owner() if is_plan else companies

    def _compute_isp_service_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                [("plan_id", "in", self.ids), ("state", "=", "active")],
                ["plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.isp_service_count = counts.get(plan, 0)

    @api.onchange("is_internet_plan")
    def _onchange_isp_is_internet_plan(self):
        if self.is_internet_plan:
            self.type = "service"
            self.company_id = self.company_id or self.company_id._isp_get_owner()

    @api.constrains(
        "is_internet_plan",
        "isp_download_mbps",
        "isp_upload_mbps",
        "isp_burst_download_mbps",
        "isp_burst_upload_mbps",
        "isp_burst_seconds",
    )
    def _check_isp_speeds(self):
        for plan in self.filtered("is_internet_plan"):
            if plan.isp_download_mbps <= 0 or plan.isp_upload_mbps <= 0:
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s needs a download and an upload speed "
                        "above zero.",
                        plan=plan.name,
                    )
                )
            plan._check_isp_burst()

    def _check_isp_burst(self):
        self.ensure_one()
        bursts = (self.isp_burst_download_mbps, self.isp_burst_upload_mbps)
        if not any(bursts):
            return
        if (
            bursts[0] < self.isp_download_mbps
            or bursts[1] < self.isp_upload_mbps
            or self.isp_burst_seconds <= 0
        ):
            raise ValidationError(
                self.env._(
                    "The burst of the plan %(plan)s needs both speeds, neither below "
                    "the plan's own, and a time in seconds.",
                    plan=self.name,
                )
            )

    def action_view_isp_services(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id}
        return action
