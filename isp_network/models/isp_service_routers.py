from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.isp_base import jobs

from ..const import ROUTER_GROUPS


class IspService(models.Model):
    """A service that routers keep themselves: which ones, and whether they have it."""

    _inherit = "isp.service"

    api_router_id = fields.Many2one(
        "isp.router",
        "Kept on Router",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        domain="[('use_api', '=', True), ('use_radius', '=', False)]",
        groups=ROUTER_GROUPS,
        help="Kept on this router alone. Empty: on all of the POP's that keep services "
        "themselves.",
    )
    caller_id = fields.Char(
        "Only From This MAC",
        copy=False,
        tracking=True,
        help="Caller-ID that the router asks for. Empty: any device.",
    )
    router_link_ids = fields.One2many(
        "isp.router.service", "service_id", "On Routers", groups=ROUTER_GROUPS
    )

    is_kept_on_router = fields.Boolean(compute="_compute_is_kept_on_router")

    @api.depends("router_link_ids")
    def _compute_is_kept_on_router(self):
        links = self.env["isp.router.service"].sudo()
        kept = links.search([("service_id", "in", self.ids)]).service_id
        for service in self:
            service.is_kept_on_router = service._origin.id in kept.ids

    @api.model
    def _get_line_fields(self):
        return super()._get_line_fields() | {"api_router_id", "caller_id"}

    def _sync_batch(self):
        result = super()._sync_batch()
        self._sync_routers()
        return result

    def _get_api_routers(self):
        """Return {service: the routers that are to keep it}."""
        keeping = self.env["isp.router"].sudo()._get_keeping_domain()
        by_pop = (
            self.env["isp.router"]
            .sudo()
            .search([*keeping, ("pop_id", "in", self.sudo().pop_id.ids)])
            .grouped("pop_id")
        )
        none = self.env["isp.router"].sudo()
        routers = {}
        for service in self.sudo():
            chosen = service.api_router_id.filtered(lambda r: r._is_kept())
            if service.access == "none":
                routers[service] = none
            elif service.api_router_id:
                routers[service] = chosen
            else:
                routers[service] = by_pop.get(service.pop_id, none)
        return routers

    def _sync_routers(self, only=None):
        """Note that these services may have to change on routers, and enqueue the jobs
        that see to it, in this transaction.

        :param only: isp.router, those that are meant; None for all
        """
        wanted = self._get_api_routers()
        links = self.env["isp.router.service"].sudo()
        links = links.search([("service_id", "in", self.ids)])
        pairs = {(link.router_id, link.service_id) for link in links}
        applied = links.filtered(lambda link: link.state == "applied")
        applied.date_changed = fields.Datetime.now()
        links.write({"state": "pending", "applied_hash": False, "tries": 0})
        links |= links.create(
            [
                {"router_id": router.id, "service_id": service.id}
                for service, routers in wanted.items()
                for router in routers
                if (router, service) not in pairs
            ]
        )
        for (router, access), group in links.grouped(
            lambda link: (link.router_id, link.service_id.access)
        ).items():
            if only is None or router in only:
                priority = jobs.RESTORE if access == "open" else jobs.CHANGE
                router._enqueue_items(group, priority)

    def _diagnose_routers(self):
        """Return what its routers make of the service, as ``_get_diagnosis`` does."""
        findings = []
        if not self._filter_network_visible():
            return findings
        for link in self.sudo().router_link_ids:
            router = link.router_id.name
            if link.state == "applied":
                text = self.env._(
                    "%(router)s has it as it should be, compared %(date)s",
                    router=router,
                    date=format_datetime(
                        self.env, link.date_applied, dt_format="short"
                    ),
                )
                findings.append({"level": "ok", "text": text})
            elif link.state == "failed":
                text = self.env._(
                    "%(router)s refuses it: %(error)s", router=router, error=link.error
                )
                findings.append({"level": "bad", "text": text})
            else:
                text = self.env._(
                    "%(router)s has not got the change yet", router=router
                )
                findings.append({"level": "warn", "text": text})
        return findings
