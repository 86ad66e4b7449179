import ipaddress

from odoo import api, fields, models

from ..const import ADDRESS_LIST_ISOLATED, VENDOR
from ..routeros import desired, reconcile

MENUS = (
    desired.PROFILE,
    desired.SECRET,
    desired.QUEUE,
    desired.ADDRESS_LIST,
    reconcile.ACTIVE,
)


class IspRouter(models.Model):
    """Keeps the secrets, profiles, queues and address lists of a MikroTik true."""

    _inherit = "isp.router"

    api_gateway = fields.Char(
        "PPP Gateway",
        help="Local address of the profiles made here. Empty: none is written.",
    )
    api_queues = fields.Boolean(
        "Queues for Fixed Addresses",
        help="A service with a fixed address gets its speed by a simple queue of its "
        "own, all others by the profile of their plan.",
    )
    api_profile_ids = fields.One2many("isp.router.profile", "router_id", "Profiles")

    api_rates = fields.Json(
        readonly=True,
        copy=False,
        help="{profile: upload/download} of the router, when it was last compared.",
    )

    api_lacks_addresses = fields.Boolean(compute="_compute_api_lacks_addresses")

    @api.depends("pool_ids.kind", "use_api", "use_radius", "vendor")
    def _compute_api_lacks_addresses(self):
        """Whether the profile of isolated services would give no address."""
        for router in self:
            kinds = set(router.pool_ids.mapped("kind"))
            router.api_lacks_addresses = (
                router.vendor == VENDOR
                and router._is_kept()
                and not kinds & {"isolated", "dynamic"}
            )

    @api.model
    def _get_keeping_fields(self):
        return super()._get_keeping_fields() | {"api_gateway", "api_queues"}

    def _prepare_desired_router(self):
        return desired.Router(
            isolated_list=ADDRESS_LIST_ISOLATED,
            policy=self.company_id._isp_get_radius_policy(),
            pool=self._get_pool("dynamic").name or "",
            gateway=self.api_gateway or "",
            queues=self.api_queues,
        )

    def _get_desired(self, services):
        """Return {service: desired.Service} as they are to be on this router."""
        pool = self._get_pool("dynamic").name or ""
        isolated_pool = self._get_pool("isolated").name or ""
        profiles = {p.plan_id: p for p in self.api_profile_ids}
        none = self.env["isp.router.profile"]
        passwords = services._isp_get_secrets("password")
        routed = self._get_routed(services)
        return {
            service: desired.Service(
                number=service.name,
                name=service.contact_name or "",
                line=service._get_radius_line(
                    passwords.get(service.id, ""), pool, isolated_pool
                ),
                plan_id=service.plan_id.id,
                plan_name=service.plan_id.name or "",
                profile=profiles.get(service.plan_id, none).name or "",
                own_rates=profiles.get(service.plan_id, none).own_rates,
                caller_id=service.caller_id or "",
                own_speed=service._has_own_speed(),
                had_routes=service in routed,
            )
            for service in services
        }

    def _get_routed(self, services):
        """Return those of the services whose networks were written to this router."""
        links = self.env["isp.router.service"].sudo()
        domain = [("router_id", "=", self.id), ("service_id", "in", services.ids)]
        return links.search([*domain, ("has_routes", "=", True)]).service_id

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

    def _apply_items(self, items):
        if self.vendor != VENDOR:
            return super()._apply_items(items)
        links, services = items, items.service_id
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
        refused, done = {}, {}
        gone = links.browse()
        for link in links:
            service = link.service_id
            wanted = hashes.get(service)
            error = errors.get(service.id) or (wanted and errors.get(wanted[2]))
            if error:
                refused[link] = error
            elif not wanted:
                gone |= link
            else:
                done[link] = {
                    "username": service.username,
                    "applied_hash": wanted[0],
                    "true_hash": wanted[0],
                    "session_hash": wanted[1],
                    "has_routes": bool(service._get_routes()),
                }
        gone.unlink()
        self._note_items(done, refused)
