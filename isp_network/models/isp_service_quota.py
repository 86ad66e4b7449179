from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..const import NETWORK_GROUPS
from ..sizes import format_bytes

BATCH = 1000
GIGABYTE = 10**9
STEPS = (100, 80)  # percent that subscribers are told of, the highest first
STATE = ("quota_month", "quota_told", "is_slowed")
EVENTS = {step: f"quota_{step}" for step in STEPS}


class IspService(models.Model):
    """What a service has used of its plan's quota this month, and what follows."""

    _inherit = "isp.service"

    quota_month = fields.Date(
        readonly=True,
        copy=False,
        help="First day of the month that the next two are about.",
    )
    quota_told = fields.Integer(
        "Quota Told (%)", readonly=True, copy=False, aggregator=None
    )
    is_slowed = fields.Boolean(
        "Slower until the Month Ends",
        readonly=True,
        copy=False,
        help="The quota of the plan is used up.",
    )
    quota_percent = fields.Integer(
        "Quota Used (%)", compute="_compute_quota", groups=NETWORK_GROUPS
    )
    quota_text = fields.Char("Quota", compute="_compute_quota", groups=NETWORK_GROUPS)

    @api.model
    def _get_line_fields(self):
        return super()._get_line_fields() | {"is_slowed"}

    def _get_radius_line(self, password, pool, isolated_pool):
        """Nobody gets faster by having used up his quota."""
        line = super()._get_radius_line(password, pool, isolated_pool)
        if not self._is_slowed_now():
            return line
        return replace(
            line,
            upload=min(line.upload, self.plan_id.isp_quota_upload_mbps),
            download=min(line.download, self.plan_id.isp_quota_download_mbps),
            burst=None,
        )

    def _has_own_speed(self) -> bool:
        return super()._has_own_speed() or self._is_slowed_now()

    def _is_slowed_now(self):
        """Whoever has another plan meanwhile has its speed at once."""
        return self.is_slowed and self.plan_id._isp_is_slowed_by_quota()

    @api.depends_context("uid", "lang")
    def _compute_quota(self):
        self.quota_percent = self.quota_text = False
        for service, quota in self._filter_network_visible()._get_quotas().items():
            service.quota_percent = quota["percent"]
            service.quota_text = service._describe_quota(quota)

    def _describe_quota(self, quota):
        """:param quota: dict as of ``_get_quotas``"""
        return self.env._(
            "%(used)s of %(quota)s (%(percent)s %%)",
            used=format_bytes(self.env, quota["used"]),
            quota=format_bytes(self.env, quota["quota"]),
            percent=quota["percent"],
        )

    def _describe_line_for_subscriber(self):
        lines = super()._describe_line_for_subscriber()
        if quota := self.state == "active" and self._get_quotas().get(self):
            used = self._describe_quota(quota)
            lines.append(self.env._("Used this month: %(used)s.", used=used))
        return lines

    def _get_quotas(self):
        """Return what those of these services whose plan has a quota used of it.

        :return: {service: dict: used and quota (bytes), percent (int, rounded down)}
        """
        limited = self.filtered(lambda s: s.plan_id.isp_quota_gb)
        fresh = self.env["isp.session"]._get_uncounted(limited) if limited else {}
        quotas = {}
        for service, counted in limited._get_used_this_month().items():
            used = counted + sum(fresh.get(service.id, (0, 0)))
            quota = service.plan_id.isp_quota_gb * GIGABYTE
            percent = int(100 * used / quota)
            quotas[service] = {"used": used, "quota": quota, "percent": percent}
        return quotas

    def _get_used_this_month(self):
        """Return {service: bytes counted since the first of its company's month}."""
        days = self.env["isp.usage.day"].sudo()
        used = dict.fromkeys(self, 0)
        for company, services in self.grouped("company_id").items():
            rows = days._read_group(
                [
                    ("service_id", "in", services.ids),
                    ("date", ">=", company._get_isp_today().replace(day=1)),
                ],
                ["service_id"],
                ["bytes_in:sum", "bytes_out:sum"],
            )
            used.update({self.browse(s.id): up + down for s, up, down in rows})
        return used

    # Once in ten minutes

    @api.model
    def _cron_judge_quotas(self):
        """Tell who has used 80 or 100 percent, slow down whose plan wants it, and let
        go whose month is over."""
        domain = Domain("state", "=", "active") & (
            Domain("plan_id.isp_quota_gb", ">", 0)
            | Domain("quota_told", ">", 0)
            | Domain("is_slowed", "=", True)
        )
        ids = self.sudo().search(domain, order="id").ids
        remaining = len(ids)
        for batch in split_every(BATCH, ids):
            self.sudo().browse(batch)._judge_quotas()
            remaining -= len(batch)
            self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining)

    def _judge_quotas(self):
        quotas = self._get_quotas()
        reached = {s: s._get_quota_step(quotas.get(s)) for s in self}
        news = self.filtered(lambda s: reached[s] > s._get_quota_told())
        states = self.grouped(lambda s: s._get_quota_state(reached[s]))
        for state, services in states.items():
            vals = dict(zip(STATE, state, strict=True))
            services.filtered(
                lambda s, vals=vals: any(s[name] != vals[name] for name in vals)
            ).write(vals)
        for step in STEPS:
            told = news.filtered(lambda s, step=step: reached[s] == step)
            told._notify_subscriber(EVENTS[step])

    @api.model
    def _get_quota_step(self, quota):
        """:param quota: dict as of ``_get_quotas``, or None"""
        percent = quota["percent"] if quota else 0
        return next((step for step in STEPS if percent >= step), 0)

    def _get_quota_month(self):
        return self.company_id._get_isp_today().replace(day=1)

    def _get_quota_told(self):
        """Return the highest step that the subscriber was told of this month."""
        return self.quota_told if self.quota_month == self._get_quota_month() else 0

    def _get_quota_state(self, step):
        """Return the values of STATE where this step is reached."""
        told = max(step, self._get_quota_told())
        slowed = step == 100 and self.plan_id._isp_is_slowed_by_quota()
        return bool(told) and self._get_quota_month(), told, slowed

    def _get_notice_occasion(self, event, values):
        """A step is told once a month."""
        if event in EVENTS.values():
            return f"{event} {self.quota_month}"
        return super()._get_notice_occasion(event, values)
