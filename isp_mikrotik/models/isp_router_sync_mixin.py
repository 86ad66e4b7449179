import ipaddress
from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import ADDRESS_LIST_ISOLATED
from ..exceptions import NetworkError
from ..routeros import desired, reconcile
from .isp_session_sync_mixin import (
    DELAYS,
    HELP_AFTER,
    LOCKED_SECONDS,
    PRIORITY_CHANGE,
    PRIORITY_CHECK,
)

BATCH = 200  # services of one job
# A change of these changes what is to be on the router, or whether anything is.
KEEPING_FIELDS = frozenset(
    {"active", "api_gateway", "api_queues", "pop_id", "use_api", "use_radius"}
)
MENUS = (
    desired.PROFILE,
    desired.SECRET,
    desired.QUEUE,
    desired.ADDRESS_LIST,
    reconcile.ACTIVE,
)


class IspRouterSyncMixin(models.AbstractModel):
    """Keeps the secrets, profiles, queues and address lists of a router true.

    A change of a service enqueues a job for each router that has it or is to have it.
    The job compares what the router holds of these services with what it is to hold
    and applies the difference, so one that comes late, twice, or after its worker was
    killed, finds what is left to be done, or nothing.
    """

    _name = "isp.router.sync.mixin"
    _description = "Router that keeps Services"

    api_gateway = fields.Char(
        "PPP Gateway",
        help="Local address of the profiles made here. Empty: none is written.",
    )
    api_queues = fields.Boolean(
        "Queues for Fixed Addresses",
        help="A service with a fixed address gets its speed by a simple queue of its "
        "own, all others by the profile of their plan.",
    )
    service_link_ids = fields.One2many("isp.router.service", "router_id")
    api_profile_ids = fields.One2many("isp.router.profile", "router_id", "Profiles")
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

    @api.model
    def _get_keeping_domain(self):
        """Domain of the routers that keep services themselves: on one that asks
        RADIUS, a secret would win over it."""
        return [("use_api", "=", True), ("use_radius", "=", False)]

    def _keeps_services(self):
        return self.active and self.use_api and not self.use_radius

    @api.model_create_multi
    def create(self, vals_list):
        routers = super().create(vals_list)
        routers._sync_whole()
        return routers

    def write(self, vals):
        result = super().write(vals)
        if KEEPING_FIELDS & vals.keys():
            self._sync_whole()
        return result

    # What is to be there

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

    def _prepare_desired_router(self):
        return desired.Router(
            isolated_list=ADDRESS_LIST_ISOLATED,
            policy=self.company_id._get_radius_policy(),
            pool=self._get_pool("dynamic").name or "",
            gateway=self.api_gateway or "",
            queues=self.api_queues,
        )

    def _get_pool(self, kind):
        return self.pool_ids.filtered(lambda pool: pool.kind == kind)[:1]

    def _get_desired(self, services):
        """Return {service: desired.Service} as they are to be on this router."""
        pool = self._get_pool("dynamic").name or ""
        isolated_pool = self._get_pool("isolated").name or ""
        profiles = {p.plan_id: p.name for p in self.api_profile_ids}
        return {
            service: desired.Service(
                number=service.name,
                name=service.contact_name or "",
                line=service._get_radius_line(pool, isolated_pool),
                plan_id=service.plan_id.id,
                plan_name=service.plan_id.name or "",
                profile=profiles.get(service.plan_id, ""),
                caller_id=service.caller_id or "",
                own_speed=service.speed_override,
            )
            for service in services
        }

    def _get_wanted(self, links, kept):
        """Return (Wanted, {service: (hash, session hash, name of its profile)}).

        :param links: those that are looked at
        :param kept: services of theirs that are to be on this router
        """
        router = self._prepare_desired_router()
        items, hashes, profiles, isolated = {}, {}, {}, {}
        for service, wanted in self._get_desired(kept).items():
            items[service.id] = own = desired.get_items(wanted, router)
            profile = own and desired.get_profile(wanted, router)
            if profile:
                profiles[profile.label] = profile
            whole = [*own, profile] if profile else own
            hashes[service] = (
                desired.get_hash(whole),
                desired.get_session_hash(whole),
                desired.get_profile_name(wanted, router),
            )
            isolated[wanted.line.username] = wanted.line.access == "isolated"
        items[None] = list(profiles.values())
        gone = links.filtered(lambda link: link.service_id not in hashes)
        wanted = reconcile.Wanted(
            items=items,
            numbers={link.service_id.name: link.service_id.id for link in links},
            ended={
                name: link.service_id.id
                for link in gone
                for name in (link.username, link.service_id.username)
                if name
            },
            restarted={
                link.service_id.id
                for link in links - gone
                if link.session_hash and link.session_hash != hashes[link.service_id][1]
            },
            unsure=set(links.filtered(lambda x: not x.applied_hash).service_id.ids),
            isolated=isolated,
            is_isolated_address=self._get_isolated_judge(),
        )
        for link in links - gone:  # a user name that was changed is to go
            if link.username and link.username != link.service_id.username:
                wanted.ended[link.username] = link.service_id.id
        return wanted, hashes

    def _get_isolated_judge(self):
        """Return the function of an address (str) that tells whether it is of the pool
        for isolated services; None without that pool."""
        pool = self._get_pool("isolated")
        if not pool:
            return None

        def is_isolated(text):
            try:
                return pool._holds(ipaddress.IPv4Address(text))
            except ValueError:
                return False

        return is_isolated

    # Enqueueing

    def _enqueue_services(self, services, priority=PRIORITY_CHANGE, seconds=None):
        """Have jobs bring these services in step on this router."""
        self.ensure_one()
        for ids in split_every(BATCH, services.ids):
            self.sudo().with_delay(
                priority=priority,
                eta=seconds,
                description=self.env._(
                    "%(router)s: %(count)s services", router=self.name, count=len(ids)
                ),
            )._sync_services(list(ids))

    def _sync_whole(self):
        """Bring everything on these routers in step, by jobs."""
        for router in self.sudo().filtered(lambda r: r._keeps_services()):
            services = self.env["isp.service"].sudo().search(router._get_kept_domain())
            services |= router.service_link_ids.service_id
            services._sync_routers(router)

    def _sync_plans(self, plans):
        """Bring the services of these plans in step on these routers."""
        for router in self.sudo().filtered(lambda r: r._keeps_services()):
            domain = [*router._get_kept_domain(), ("plan_id", "in", plans.ids)]
            self.env["isp.service"].sudo().search(domain)._sync_routers(router)

    def _resume_api(self):
        """Do what waited while the router was down, then compare all of it: it may have
        been replaced, or restored from an old backup."""
        result = super()._resume_api()
        if self._keeps_services():
            waiting = self.service_link_ids.filtered(lambda x: x.state != "applied")
            self._enqueue_services(waiting.service_id)
            self._enqueue_comparison()
        return result

    # The job

    def _sync_services(self, service_ids):
        """Bring these services in step on this router; return in words what was done.

        :raises RetryableJobError: when another job is talking with the router
        """
        self.ensure_one()
        links = self._get_open_links(service_ids)
        if not links:
            return self.env._("In step.")
        if not self._keeps_services():
            return self.env._("The API of this router is not used for services.")
        if self.state == "down":
            return self.env._("It is down: this is taken up when it answers.")
        self._lock_wire()
        self._check_fresh(links, links.service_id)
        try:
            return self._sync_links(links)
        except (NetworkError, UserError) as error:
            return str(error)

    def _get_open_links(self, service_ids):
        """Return the links of these services whose wanted state is not applied."""
        return self.env["isp.router.service"].search(
            [
                ("router_id", "=", self.id),
                ("service_id", "in", service_ids),
                ("state", "!=", "applied"),
            ]
        )

    def _lock_wire(self):
        if not self._try_lock_wire():
            raise RetryableJobError(
                self.env._("%(router)s is being talked to.", router=self.name),
                seconds=LOCKED_SECONDS,
                ignore_retry=True,
            )

    @api.model
    def _check_fresh(self, *several):
        """Let the job be run again when one of these records was changed since it
        began, by a person, or by the job that had the router before it: with what it
        knows it would write what is past. Locks nobody out.

        :raises psycopg2.errors.SerializationFailure: queue_job, or Odoo for a button,
            runs it again
        """
        for records in several:
            records.flush_recordset()
            table = SQL.identifier(records._table)
            query = "SELECT id FROM %s WHERE id = ANY(%s) FOR SHARE SKIP LOCKED"
            with closing(self.env.cr.savepoint(flush=False)):
                self.env.cr.execute(SQL(query, table, records.ids))

    def _sync_links(self, links):
        services = links.service_id
        domain = [*self._get_kept_domain(), ("id", "in", services.ids)]
        kept = services.search(domain)
        wanted, hashes = self._get_wanted(links, kept)
        names = {*links.mapped("username"), *services.mapped("username")} - {False}
        one_by_one = sorted(names) if len(names) <= reconcile.NAMES_AT_MOST else None
        with self._open_api() as connection:
            actual = reconcile.read(connection, MENUS, one_by_one)
            differences = reconcile.compare(wanted, actual)
            results = reconcile.apply(connection, differences)
        self._note_results(links, hashes, differences, results)
        errors = [error for error in results.values() if error]
        return self.env._(
            "%(done)s changes, %(failed)s refused. %(errors)s",
            done=len(results) - len(errors),
            failed=len(errors),
            errors=" ".join(sorted(set(errors))),
        )

    def _note_results(self, links, hashes, differences, results):
        """Write down of each service whether the router has it now.

        :param hashes: of `_get_wanted`
        :param results: {index of the difference: error or None}
        """
        errors = {}
        for index, error in results.items():
            if error:  # that of a profile is of all who have it
                difference = differences[index]
                errors.setdefault(difference.owner or difference.label, error)
        now = fields.Datetime.now()
        failed = links.browse()
        gone = links.browse()
        for link in links:
            wanted = hashes.get(link.service_id)
            error = errors.get(link.service_id.id)
            error = error or (wanted and errors.get(wanted[2]))
            if error:
                failed |= link
                link.write({"state": "failed", "error": error, "tries": link.tries + 1})
            elif not wanted:
                gone |= link
            else:
                link.write(
                    {
                        "state": "applied",
                        "username": link.service_id.username,
                        "applied_hash": wanted[0],
                        "true_hash": wanted[0],
                        "session_hash": wanted[1],
                        "date_applied": now,
                        "error": False,
                        "tries": 0,
                    }
                )
        gone.unlink()
        self._follow_up_failed(failed)

    def _follow_up_failed(self, failed):
        """Try again what was refused, by ever longer delays; ask a person when that
        helps no more, and leave him alone once nothing is refused."""
        for tries, links in failed.grouped("tries").items():
            delay = DELAYS[min(tries, len(DELAYS)) - 1]
            self._enqueue_services(links.service_id, PRIORITY_CHECK, delay)
        worst = failed.filtered(lambda link: link.tries >= HELP_AFTER)
        if worst:
            self._ask_api_help(
                self.env._(
                    "The router refuses %(count)s services, such as %(service)s: "
                    "%(error)s",
                    count=len(worst),
                    service=worst[0].service_id.display_name,
                    error=worst[0].error,
                )
            )
        elif not self.service_link_ids.filtered(lambda x: x.state == "failed"):
            self.activity_unlink(["isp_mikrotik.mail_activity_router_api_help"])

    def action_view_links(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_mikrotik.isp_router_service_action"
        )
        action["domain"] = [("router_id", "=", self.id)]
        return action
