from odoo import api, fields, models

from odoo.addons.isp_base import jobs

from ..changes import read_values


class IspRouter(models.Model):
    """Brings the services onto a router that has an API and asks no RADIUS, and keeps
    them there as Odoo knows them.

    A change of a service enqueues a job for each router that has it or is to have it.
    The job compares what the router holds of these services with what it is to hold
    and applies the difference, so one that comes late, twice, or after its worker was
    killed, finds what is left to be done, or nothing.
    """

    _inherit = "isp.router"

    _item_model = "isp.router.service"

    service_link_ids = fields.One2many("isp.router.service", "router_id")
    pending_count = fields.Integer("Waiting", compute="_compute_link_counts")
    failed_count = fields.Integer("Refused", compute="_compute_link_counts")
    kept_count = fields.Integer("Services", compute="_compute_link_counts")

    def _compute_link_counts(self):
        counts = {
            (router.id, state): count
            for router, state, count in self.env["isp.router.service"]._read_group(
                [("router_id", "in", self.ids)], ["router_id", "state"], ["__count"]
            )
        }
        for router in self:
            per_state = [
                counts.get((router.id, s), 0) for s in ("pending", "failed", "applied")
            ]
            router.pending_count, router.failed_count = per_state[:2]
            router.kept_count = sum(per_state)

    @api.model_create_multi
    def create(self, vals_list):
        routers = super().create(vals_list)
        routers._sync_whole()
        return routers

    def write(self, vals):
        names = self._get_keeping_fields() & vals.keys()
        before = read_values(self, names)
        result = super().write(vals)
        after = read_values(self, names)
        self.filtered(lambda router: after[router] != before[router])._sync_whole()
        return result

    # What is to be there

    @api.model
    def _get_keeping_domain(self):
        """Domain of the routers that keep services themselves: on one that asks
        RADIUS, what it holds itself would win over it."""
        return [("use_api", "=", True), ("use_radius", "=", False)]

    def _is_kept(self):
        return super()._is_kept() and self.use_api and not self.use_radius

    @api.model
    def _get_keeping_fields(self) -> set[str]:
        """Return the names of the fields whose change changes what is to be on the
        router, or whether anything is."""
        return {"active", "pop_id", "use_api", "use_radius", "vendor"}

    def _get_kept_domain(self):
        """Domain of the services that are to be on this router."""
        self.ensure_one()
        place = [("api_router_id", "=", self.id)]
        if self.pop_id:
            place = [
                "|",
                *place,
                "&",
                ("api_router_id", "=", False),
                ("pop_id", "=", self.pop_id.id),
            ]
        return [("access", "!=", "none"), *place]

    def _get_pool(self, kind):
        return self.pool_ids.filtered(lambda pool: pool.kind == kind)[:1]

    # Enqueueing

    def _enqueue_services(self, services, priority=jobs.CHANGE, seconds=None):
        """Have jobs bring these services in step on this router."""
        self._enqueue_items(
            self._get_items(("service_id", "in", services.ids)), priority, seconds
        )

    def _sync_whole(self):
        """Bring everything on these routers in step, by jobs."""
        for router in self.sudo().filtered(lambda r: r._is_kept()):
            services = self.env["isp.service"].sudo().search(router._get_kept_domain())
            services |= router.service_link_ids.service_id
            services._sync_routers(router)

    def _sync_plans(self, plans):
        """Bring the services of these plans in step on these routers."""
        for router in self.sudo().filtered(lambda r: r._is_kept()):
            domain = [*router._get_kept_domain(), ("plan_id", "in", plans.ids)]
            self.env["isp.service"].sudo().search(domain)._sync_routers(router)

    def _resume(self, before):
        """Compare all of it too: it may have been replaced, or restored from an old
        backup."""
        result = super()._resume(before)
        if self._is_kept():
            self._enqueue_comparison()
        return result

    # The job

    def _sync_services(self, service_ids):
        """Do a job that the first release enqueued: it named services."""
        links = self._get_items(
            ("service_id", "in", service_ids), ("state", "!=", "applied")
        )
        return self._work_off(links)

    def _work_off(self, items, *others):
        return super()._work_off(items, *others, items.service_id)

    def action_view_links(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_network.isp_router_service_action"
        )
        action["domain"] = [("router_id", "=", self.id)]
        return action
