from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..changes import read_values
from ..radius.attributes import Burst

# Those that no field of a service follows.
PLAN_FIELDS = frozenset(
    {
        "isp_address_pool",
        "isp_burst_download_mbps",
        "isp_burst_seconds",
        "isp_burst_threshold_download_mbps",
        "isp_burst_threshold_upload_mbps",
        "isp_burst_upload_mbps",
        "isp_quota_download_mbps",
        "isp_quota_upload_mbps",
        "isp_session_limit",
    }
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    isp_session_limit = fields.Integer(
        "Sessions at a Time",
        default=1,
        help="How many devices of one service may be online at once. A device that "
        "logs in again is none more, and a service with a fixed address has one "
        "session.",
    )
    isp_pool_note = fields.Char("Pool Note", compute="_compute_isp_pool_note")

    @api.depends("is_internet_plan", "isp_address_pool", "company_id")
    @api.depends_context("allowed_company_ids", "lang")
    def _compute_isp_pool_note(self):
        self.isp_pool_note = False
        plans = self.filtered(lambda p: p.is_internet_plan and p.isp_address_pool)
        if not plans:
            return
        pools = (
            self.env["isp.address.pool"]
            .sudo()
            .search(
                [
                    ("kind", "=", "dynamic"),
                    ("router_id.active", "=", True),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        for plan in plans:
            plan.isp_pool_note = plan._isp_explain_pool(
                pools.filtered(lambda p, c=plan.company_id: not c or p.company_id == c)
            )

    def _isp_explain_pool(self, pools):
        """Return in words where routers lack the plan's pool; False: nowhere.

        :param pools: those that the routers hand out (isp.address.pool, sudo)
        """
        named = pools.filtered(lambda pool: pool.name == self.isp_address_pool)
        if pools and not named:
            return self.env._(
                "No router has a pool of this name: subscribers of this plan get no "
                "address."
            )
        lacking = pools.router_id.pop_id - named.router_id.pop_id
        if not lacking:
            return False
        return self.env._(
            "No router of these POPs has a pool of this name, so that subscribers of "
            "this plan get no address there: %(pops)s.",
            pops=", ".join(lacking.mapped("name")),
        )

    @api.constrains("isp_session_limit", "is_internet_plan")
    def _check_isp_session_limit(self):
        for plan in self.filtered("is_internet_plan"):
            if plan.isp_session_limit < 1:
                raise ValidationError(
                    self.env._(
                        "A service of the plan %(plan)s needs at least one session.",
                        plan=plan.name,
                    )
                )

    @api.constrains("isp_address_pool")
    def _check_isp_address_pool(self):
        for plan in self.filtered("isp_address_pool"):
            self.env["isp.address.pool"]._check_name_format(plan.isp_address_pool)

    def write(self, vals):
        names = PLAN_FIELDS & vals.keys()
        before = read_values(self, names)
        result = super().write(vals)
        if read_values(self, names) != before:
            self.env["isp.service"]._sync_lines_where([("plan_id", "in", self.ids)])
        return result

    def _isp_get_radius_burst(self):
        """Return the plan's Burst, None without one."""
        if not self.isp_burst_seconds or not self.isp_burst_download_mbps:
            return None
        return Burst(
            upload=self.isp_burst_upload_mbps,
            download=self.isp_burst_download_mbps,
            upload_threshold=self.isp_burst_threshold_upload_mbps,
            download_threshold=self.isp_burst_threshold_download_mbps,
            seconds=self.isp_burst_seconds,
        )
