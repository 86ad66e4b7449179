from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.usernames import fold

from ..const import VENDOR
from ..routeros import desired, reconcile
from ..routeros.takeover import SUBSCRIBER_KINDS
from .isp_router_sync import MENUS


class IspRouter(models.Model):
    """Compares the whole of a MikroTik with what it is to hold."""

    _inherit = "isp.router"

    def _compare(self, connection, chosen=None):
        if self.vendor != VENDOR:
            return super()._compare(connection, chosen)
        links, kept = self._get_all_links()
        actual = reconcile.read(connection, MENUS)
        self._learn_spellings(kept, actual)
        wanted, hashes = self._get_wanted(links, kept)
        self._recognise(wanted, actual)
        differences = reconcile.compare(wanted, actual, with_foreign=True)
        known = set(wanted.numbers.values()) | set(wanted.ended.values())
        origins = self._get_origins(links, hashes, differences)
        drifts = self.env["isp.router.drift"].with_context(
            isp_tunnels=[
                row.get("name")
                for row in actual[desired.SECRET]
                if row.get("service", "") not in SUBSCRIBER_KINDS
            ]
        )
        rows = drifts._record(self, differences, known, origins)
        applied = [
            index
            for index, row in rows.items()
            if chosen and row.kind != "foreign" and chosen(row)
        ]
        results = reconcile.apply(connection, [differences[i] for i in applied])
        outcome = dict(
            zip(applied, (results.get(n) for n in range(len(applied))), strict=True)
        )
        self._close_drifts(rows, outcome)
        self._note_compared(links, hashes, differences, outcome)
        self.date_compared = fields.Datetime.now()
        self.api_rates = {
            row["name"]: row.get("rate-limit", "") for row in actual[desired.PROFILE]
        }
        return self.env._(
            "%(found)s differences, %(applied)s put right.",
            found=sum(d.kind != "foreign" for d in differences),
            applied=sum(not error for error in outcome.values()),
        )

    def _get_all_links(self):
        """Return (links of this router, services that are to be on it); links that are
        missing are made."""
        kept = self.env["isp.service"].sudo().search(self._get_kept_domain())
        links = self.env["isp.router.service"].search([("router_id", "=", self.id)])
        missing = kept - links.service_id
        links |= links.create(
            [{"router_id": self.id, "service_id": service.id} for service in missing]
        )
        self._check_fresh(links, links.service_id | kept)
        return links, kept

    @api.model
    def _learn_spellings(self, services, actual):
        """Write user names as the router has them, which is as their devices send them:
        PPP tells capitals from small letters. Of two that differ in them alone, the one
        that is online is the device's."""
        online = {row.get("name") for row in actual[reconcile.ACTIVE]}
        spelled = {}
        for row in actual[desired.SECRET]:
            spelled.setdefault(fold(row.get("name")), []).append(row.get("name"))
        for service in services.filtered("username_key"):
            names = spelled.get(service.username_key, [])
            used = [name for name in names if name in online] or names
            if used and service.username not in used:
                service.username = used[0]

    def _recognise(self, wanted, actual):
        """Add to what is wanted the services that rows on the router name: those that
        carry our comment, and user names of services that have ended."""
        rows = [
            row
            for menu in (desired.SECRET, desired.QUEUE, desired.ADDRESS_LIST)
            for row in actual[menu]
        ]
        numbers = {desired.parse_comment(row.get("comment")) for row in rows}
        numbers -= wanted.numbers.keys() | {None}
        names = {row["name"] for row in rows if row.get("name")}
        names |= {row["name"] for row in actual[reconcile.ACTIVE] if row.get("name")}
        names -= wanted.isolated.keys() | wanted.ended.keys()
        keys = [fold(name) for name in names]
        services = self.env["isp.service"].sudo()
        company = [("company_id", "=", self.company_id.id)]
        named = services.search([*company, ("name", "in", list(numbers))])
        ended = services.search(
            [*company, ("state", "=", "terminated"), ("username_key", "in", keys)]
        )
        self._check_fresh(named | ended)  # a job may have put them there just now
        wanted.numbers.update((service.name, service.id) for service in named)
        by_key = {service.username_key: service.id for service in ended}
        wanted.ended.update(
            (name, by_key[fold(name)]) for name in names if fold(name) in by_key
        )

    def _get_origins(self, links, hashes, differences):
        """Return {index of the difference: (who changed it last, after when)}: what
        isp.router.drift keeps as ``changed_by`` and ``changed_after``.

        :param hashes: of `_get_wanted`
        """
        by_owner = {link.service_id.id: link for link in links}
        by_profile = {}
        for link in links.sorted(lambda link: link._is_true(hashes)):
            if wanted := hashes.get(link.service_id):
                by_profile[wanted[2]] = link
        origins = {}
        for index, difference in enumerate(differences):
            link = by_owner.get(difference.owner) or by_profile.get(difference.label)
            if difference.kind == "foreign":
                origins[index] = (False, False)
            elif link:
                origins[index] = link._get_origin(hashes, difference.kind)
            else:  # it had gone from here, if this router was ever looked at
                by = "router" if self.date_compared else "unknown"
                origins[index] = (by, self.date_compared)
        return origins

    def _close_drifts(self, rows, outcome):
        """:param outcome: {index: error or None} of what was applied"""
        none = self.env["isp.router.drift"]
        failed = none
        for index, error in outcome.items():
            if error:
                rows[index].error = error
                failed |= rows[index]
        (none.union(*(rows[index] for index in outcome)) - failed)._close("odoo")

    def _note_compared(self, links, hashes, differences, outcome):
        """The links of services without a difference are true; those with one that
        was not applied wait."""
        open_owners = {
            difference.owner
            for index, difference in enumerate(differences)
            if index not in outcome and not difference.is_left_alone
        }
        if None in open_owners:
            return
        true = links.filtered(lambda link: link.service_id.id not in open_owners)
        self._note_results(true, hashes, differences, outcome)

    def action_take_over(self):
        """Read the router's subscribers, and show what would be made of them."""
        return self._create_takeover()._open_form()

    def _create_takeover(self):
        self._check_may_use_api()
        takeover = self.env["isp.router.takeover"].create({"router_id": self.id})
        takeover._read_router()
        return takeover

    def _get_office_names(self):
        """Return the user names (set) of the secrets that a person said are the
        office's."""
        drifts = self.drift_ids.filtered(
            lambda drift: (
                drift.is_office
                and drift.state == "1_open"
                and drift.menu == desired.SECRET
            )
        )
        return set(drifts.mapped("label"))

    def _read_secret(self, name):
        """Return the row of a secret as the router shows it.

        :raises UserError: when it is gone, or its password cannot be read
        """
        with self._api_for_person() as connection:
            rows = reconcile.read(connection, [desired.SECRET], [name])[desired.SECRET]
        if not rows:
            raise UserError(self.env._("%(name)s is no longer there.", name=name))
        return rows[0]
