from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.isp_base.health import OK, PROBLEM, WARNING, Check, Finding, Metric

from ..const import STALE_MINUTES

QUIET_HOURS = 24  # so long there may be no log-in where nobody is online


class IspHealthCheck(models.TransientModel):
    _inherit = "isp.health.check"

    @api.model
    def _get_checks(self) -> list[Check]:
        return super()._get_checks() + [
            Check("radius", self.env._("FreeRADIUS"), live=True),
            Check("radius_connections", self.env._("Connections of FreeRADIUS")),
            Check("routers", self.env._("Routers")),
        ]

    def _measure_radius(self):
        if not self._uses_radius():
            return Finding(OK, self.env._("No router uses RADIUS."))
        minutes, online = self._get_radius_silence()
        advice = self.env._(
            "See that FreeRADIUS runs and reaches PostgreSQL (its log says so), and "
            "that routers reach it at its two ports."
        )
        if minutes is None:
            return Finding(WARNING, self.env._("It has written nothing yet."), advice)
        found = self.env._(
            "%(online)s sessions; it wrote %(minutes)s minutes ago.",
            online=online,
            minutes=minutes,
        )
        if online and minutes >= STALE_MINUTES:
            return Finding(PROBLEM, found, advice)
        if minutes >= 60 * QUIET_HOURS:
            return Finding(WARNING, found, advice)
        return Finding(OK, found)

    def _uses_radius(self):
        servers = self.env["isp.radius.server"].search_count([], limit=1)
        return servers and self.env["isp.router"].search_count(
            [("use_radius", "=", True)], limit=1
        )

    def _get_radius_silence(self):
        """Return (minutes since FreeRADIUS wrote a log-in or heard of a session, None
        when it never did; number of open sessions)."""
        query = SQL(
            """
            SELECT floor(extract(epoch FROM %s - GREATEST(
                       (SELECT max(last_at) FROM isp_radpostauth
                        WHERE hour = (SELECT max(hour) FROM isp_radpostauth)),
                       max(updated_at))) / 60)::int,
                   count(*)
            FROM isp_radacct WHERE stopped_at IS NULL
            """,
            fields.Datetime.now(),
        )
        return self.env.execute_query(query)[0]

    def _measure_radius_connections(self):
        admitted, needed, reserved = self.env["isp.radius.server"]._get_connections()
        found = self.env._(
            "PostgreSQL admits %(admitted)s; Odoo and FreeRADIUS may take %(needed)s.",
            admitted=admitted,
            needed=needed,
        )
        if needed > admitted and self._uses_radius():
            advice = self.env._(
                "Set max_connections in postgresql.conf to at least %(least)s: else "
                "log-ins would wait.",
                least=needed + reserved,
            )
            return Finding(PROBLEM, found, advice)
        return Finding(OK, found)

    def _measure_routers(self):
        states = self._count_routers()
        down, total = states.get("down", 0), sum(states.values())
        if demo := self._get_demo_routers():
            return Finding(
                PROBLEM,
                self.env._("%(count)s routers of the demo are here.", count=len(demo)),
                self.env._("Archive them: their addresses are somebody else's."),
            )
        if down:
            return Finding(
                WARNING,
                self.env._(
                    "%(down)s of %(total)s do not answer.", down=down, total=total
                ),
                self.env._("Look at Network > Overview, which says since when."),
            )
        return Finding(OK, self.env._("%(total)s, none is silent.", total=total))

    def _count_routers(self):
        return dict(self.env["isp.router"]._read_group([], ["state"], ["__count"]))

    def _get_demo_routers(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "isp.router"), ("module", "=like", "isp\\_%")]
        )
        routers = self.env["isp.router"].browse(data.mapped("res_id"))
        return routers.exists().filtered("active")

    @api.model
    def _get_metrics(self) -> list[Metric]:
        checks = self.sudo()
        minutes, online = checks._get_radius_silence()
        routers = [
            ({"state": s}, count) for s, count in checks._count_routers().items()
        ]
        return super()._get_metrics() + [
            Metric("isp_sessions", "Open sessions.", [({}, online)]),
            Metric("isp_routers", "Routers by state.", routers),
            Metric(
                "isp_radius_silent_seconds",
                "Since FreeRADIUS wrote the last time.",
                [] if minutes is None else [({}, 60 * minutes)],
            ),
        ]
