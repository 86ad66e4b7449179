from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_datetime

from ..const import STALE_MINUTES

REJECTION_HOURS = 24
SILENT_ROWS = 50


class IspNetwork(models.AbstractModel):
    """The network page: counts of what goes on now, by few aggregating queries."""

    _name = "isp.network"
    _description = "Network Overview"

    @api.model
    @api.readonly
    def get_overview(self):
        """Return what the page shows, of the companies that the user looks at.

        :return: dict: ``totals`` (online, silent, active, differing), ``routers`` and
            ``pops`` (lists of dict with their counts), ``hours`` (labels),
            ``rejections`` (list of {label, counts by hour}), ``silent`` (sessions)
        :raises AccessError: for anyone but administrators and network engineers
        """
        self._check_reader()
        routers = self.env["isp.router"].search(
            ["|", ("use_radius", "=", True), ("use_api", "=", True)]
        )
        counts = self._count_sessions(routers)
        counts += self._count_told(routers, counts)
        pops = self._count_by_pop(routers, counts)
        differing = self._count_differing(routers)
        foreign = routers.sudo().filtered("foreign_count")
        hours = self._get_hours()
        return {
            "totals": {
                "online": sum(row["online"] for row in counts),
                "silent": sum(row["silent"] for row in counts),
                "active": sum(pop["active"] for pop in pops),
                "differing": sum(differing.values()),
                "foreign": sum(foreign.mapped("foreign_count")),
            },
            "routers": [
                self._prepare_router(
                    router,
                    [row for row in counts if row["router_id"] == router.id],
                    differing[router.id],
                )
                for router in routers
            ],
            "pops": pops,
            "hours": [
                format_datetime(self.env, hour, dt_format="HH:mm") for hour in hours
            ],
            "rejections": self._count_rejections(routers, hours),
            "silent": self._get_silent(routers),
        }

    @api.model
    def _check_reader(self):
        groups = (
            "isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer"
        )
        if not self.env.user.has_groups(groups):
            raise AccessError(
                self.env._(
                    "The network page is for network engineers and administrators."
                )
            )

    @api.model
    def _get_silent_moment(self):
        return fields.Datetime.now() - timedelta(minutes=STALE_MINUTES)

    @api.model
    def _count_sessions(self, routers):
        """Return a list of dict (router_id, pop_id, online, silent)."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT a.router_id, s.pop_id,
                       count(*) FILTER (WHERE a.updated_at >= %(moment)s) AS online,
                       count(*) FILTER (WHERE a.updated_at < %(moment)s) AS silent
                FROM isp_radacct a LEFT JOIN isp_service s ON s.id = a.service_id
                WHERE a.stopped_at IS NULL AND a.router_id = ANY(%(routers)s)
                GROUP BY a.router_id, s.pop_id
                """,
                moment=self._get_silent_moment(),
                routers=routers.ids,
            )
        )

    @api.model
    def _count_told(self, routers, counts):
        """Return rows, shaped as ``counts``, of the subscribers that a router listed
        when Odoo last read it and that accounting does not know.

        A router that is down gives none.
        """
        written = Counter()
        for row in counts:
            written[row["router_id"]] += row["online"]
        return [
            {
                "router_id": router.id,
                "pop_id": router.pop_id.id or None,
                "online": max(router.online_count - written[router.id], 0),
                "silent": 0,
            }
            for router in routers
            if router.use_api and router.state == "up"
        ]

    @api.model
    def _count_differing(self, routers):
        """Return a Counter by id of router: sessions that have not what their service
        is to have, and rows of the router that are not as they are to be."""
        differing = Counter(
            row["router_id"]
            for row in self.env["isp.session"].sudo()._get_stale(routers=routers)
        )
        for router, count in self.env["isp.router.drift"]._read_group(
            [
                ("router_id", "in", routers.ids),
                ("state", "=", "1_open"),
                ("kind", "!=", "foreign"),
            ],
            ["router_id"],
            ["__count"],
        ):
            differing[router.id] += count
        return differing

    @api.model
    def _prepare_router(self, router, rows, differing):
        """
        :param rows: those of ``_count_sessions`` and ``_count_told`` of this router
        :return: dict as the page takes it; ``online`` is None where nobody knows
        """
        labels = dict(router._fields["state"]._description_selection(self.env))
        uses = ("use_radius", "use_api")
        since = router.state == "down" and router.state_since
        return {
            "id": router.id,
            "name": router.name,
            "pop": router.pop_id.name or "",
            "uses": ", ".join(
                router._fields[use]._description_string(self.env)
                for use in uses
                if router[use]
            ),
            "state": router.state,
            "state_label": labels[router.state],
            "since": format_datetime(self.env, since, dt_format="short")
            if since
            else "",
            "online": sum(row["online"] for row in rows)
            if rows or router.use_radius
            else None,
            "silent": sum(row["silent"] for row in rows),
            "differing": differing,
            "foreign": router.sudo().foreign_count,
        }

    @api.model
    def _count_by_pop(self, routers, counts):
        """Return a list of dict (id, name, active, online) of POPs with services, or
        with subscribers that are online. ``online`` is None where only routers that do
        not answer would know it."""
        active = dict(
            self.env["isp.service"]._read_group(
                [("state", "=", "active")], ["pop_id"], ["__count"]
            )
        )
        online = Counter()
        for row in counts:
            online[row["pop_id"] or False] += row["online"]
        others = {pop_id for pop_id, count in online.items() if pop_id and count}
        others -= {pop.id for pop in active}
        silent = routers.filtered(lambda r: not r.use_radius and r.state != "up")
        unknown = silent.pop_id.filtered(lambda pop: not online[pop.id])
        return [
            {
                "id": pop.id,
                "name": pop.display_name or self.env._("Without a POP"),
                "active": active.get(pop, 0),
                "online": None if pop in unknown else online[pop.id],
            }
            for pop in [*active, *self.env["isp.pop"].browse(sorted(others))]
        ]

    @api.model
    def _get_hours(self):
        """Return the beginnings of the last hours, naive UTC, this one the last."""
        this = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        return [this - timedelta(hours=n) for n in reversed(range(REJECTION_HOURS))]

    @api.model
    def _count_rejections(self, routers, hours):
        """Return a list of dict (label, counts: one for each of the hours)."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT reason, hour, sum(tries)::bigint AS tries FROM isp_radpostauth
                WHERE hour >= %s AND reason != '' AND router_id = ANY(%s)
                GROUP BY reason, hour
                """,
                hours[0],
                routers.ids,
            )
        )
        tries = {(row["reason"], row["hour"]): row["tries"] for row in rows}
        service = self.env["isp.service"]
        return [
            {
                "label": service._get_rejection_label(reason),
                "counts": [tries.get((reason, hour), 0) for hour in hours],
            }
            for reason in sorted({row["reason"] for row in rows})
        ]

    @api.model
    def _get_silent(self, routers):
        """Return the open sessions without accounting, the longest silent first."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT a.service_id, a.username, a.router_id, a.updated_at,
                       host(a.address) AS address
                FROM isp_radacct a
                WHERE a.stopped_at IS NULL AND a.updated_at < %s
                    AND a.router_id = ANY(%s)
                ORDER BY a.updated_at LIMIT %s
                """,
                self._get_silent_moment(),
                routers.ids,
                SILENT_ROWS,
            )
        )
        services = self.env["isp.service"].browse(
            [row["service_id"] for row in rows if row["service_id"]]
        )
        names = {service.id: service.display_name for service in services.exists()}
        router_names = {router.id: router.name for router in routers}
        return [
            {
                "service_id": row["service_id"] in names and row["service_id"],
                "name": names.get(row["service_id"], row["username"]),
                "router": router_names[row["router_id"]],
                "address": row["address"] or "",
                "heard": format_datetime(
                    self.env, row["updated_at"], dt_format="short"
                ),
            }
            for row in rows
        ]
