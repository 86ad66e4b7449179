import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..const import NETWORK_GROUPS, STALE_MINUTES
from ..sizes import format_bytes

GRAPH_DAYS = 31  # so that this month is among them
NO_SESSION = dict.fromkeys(
    ("address", "mac", "router_id", "started_at", "stopped_at", "terminate_cause")
)


class IspService(models.Model):
    """Whether a service is online, what it used and why it was turned away, for those
    who may know: engineers and administrators, technicians where they have work to do.
    """

    _inherit = "isp.service"

    session_status = fields.Selection(
        [
            ("online", "Online"),
            ("silent", "No accounting"),
            ("offline", "Offline"),
            ("never", "Never online"),
        ],
        "Connection",
        compute="_compute_session_status",
        groups=NETWORK_GROUPS,
    )
    session_since = fields.Datetime(
        "Since", compute="_compute_session_status", groups=NETWORK_GROUPS
    )
    session_address = fields.Char(
        "IP Address", compute="_compute_session_status", groups=NETWORK_GROUPS
    )
    session_mac = fields.Char(
        "MAC Address", compute="_compute_session_status", groups=NETWORK_GROUPS
    )
    session_router = fields.Char(
        "Router", compute="_compute_session_status", groups=NETWORK_GROUPS
    )
    session_list = fields.Text(
        "All Sessions",
        compute="_compute_session_list",
        groups=NETWORK_GROUPS,
        help="Where there are several at a time.",
    )
    session_cause = fields.Char(
        "Ended Because", compute="_compute_session_status", groups=NETWORK_GROUPS
    )
    traffic_today = fields.Char(compute="_compute_traffic", groups=NETWORK_GROUPS)
    traffic_month = fields.Char(
        "Traffic this Month", compute="_compute_traffic", groups=NETWORK_GROUPS
    )
    traffic_graph = fields.Text(
        "Traffic by Day", compute="_compute_traffic", groups=NETWORK_GROUPS
    )
    rejection_note = fields.Text(
        "Last Rejections", compute="_compute_rejection_note", groups=NETWORK_GROUPS
    )

    def _filter_network_visible(self):
        """Return those of these services whose sessions the user may see."""
        user = self.env.user
        if self.env.su or user.has_groups(
            "isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer"
        ):
            return self
        orders = self.env["isp.work.order"].sudo()
        visits = Domain("service_id", "in", self.ids) & Domain("is_open", "=", True)
        mine = orders.search(orders._get_mine_domain() & visits)
        return self & self.browse(mine.service_id.ids)

    @api.depends_context("uid", "lang")
    def _compute_session_status(self):
        visible = self._filter_network_visible()
        last = self.env["isp.session"]._get_last(visible)
        routers = self.env["isp.router"].sudo()
        routers = routers.browse({row["router_id"] for row in last.values()}).exists()
        names = {router.id: router.name for router in routers}
        for service in self:
            session = last.get(service.id, NO_SESSION)
            status = service in visible and self._get_session_status(session)
            service.session_status = status
            service.session_since = session["stopped_at"] or session["started_at"]
            service.session_address = session["address"]
            service.session_mac = session["mac"]
            service.session_router = names.get(session["router_id"])
            service.session_cause = self._get_cause_label(session["terminate_cause"])

    @api.depends_context("uid", "lang", "tz")
    def _compute_session_list(self):
        """Each session in a line of its own, of those who have several."""
        self.session_list = False
        sessions = self.env["isp.session"]._get_open(self._filter_network_visible())
        several = {key: rows for key, rows in sessions.items() if len(rows) > 1}
        routers = self.env["isp.router"].sudo()
        ids = {row["router_id"] for rows in several.values() for row in rows}
        names = {router.id: router.name for router in routers.browse(ids).exists()}
        for service in self.filtered(lambda service: service.id in several):
            service.session_list = "\n".join(
                self.env._(
                    "%(address)s, %(mac)s, %(router)s, since %(since)s",
                    address=row["address"] or "–",
                    mac=row["mac"] or "–",
                    router=names.get(row["router_id"], "–"),
                    since=format_datetime(self.env, row["started_at"]),
                )
                for row in several[service.id]
            )

    @api.model
    def _get_session_status(self, session):
        """:param session: dict as of ``isp.session._get_last``, or NO_SESSION"""
        if not session["started_at"]:
            return "never"
        if session["stopped_at"]:
            return "offline"
        return "silent" if self._is_silent(session) else "online"

    @api.model
    def _get_cause_label(self, code):
        """Return in words why a session ended: RFC 2866, and what is our own."""
        labels = {
            "User-Request": self.env._("the subscriber's device hung up"),
            "Lost-Carrier": self.env._("the line was lost"),
            "Idle-Timeout": self.env._("nothing was sent for too long"),
            "Session-Timeout": self.env._("it had lasted as long as it may"),
            "Admin-Reset": self.env._("it was closed by a command"),
            "NAS-Reboot": self.env._("the router restarted"),
            "Stale": self.env._("nothing was heard of it any more"),
            "Superseded": self.env._("the device logged in anew"),
            "Freed": self.env._("a person freed it"),
        }
        return labels.get(code, code)

    @api.model
    def _is_silent(self, session):
        """Whether accounting of an open session has not come for too long."""
        now = fields.Datetime.now()
        return session["updated_at"] < now - timedelta(minutes=STALE_MINUTES)

    # Traffic

    @api.depends_context("uid", "lang")
    def _compute_traffic(self):
        self.traffic_today = self.traffic_month = self.traffic_graph = False
        traffic = self._filter_network_visible()._get_traffic_by_day(GRAPH_DAYS)
        for service, days in traffic.items():
            today = days[-1]["date"]
            month = [row for row in days if row["date"].month == today.month]
            service.traffic_today = self._describe_traffic(days[-1:])
            service.traffic_month = self._describe_traffic(month)
            service.traffic_graph = json.dumps(
                [
                    {
                        **row,
                        "date": format_date(self.env, row["date"], date_format="d MMM"),
                    }
                    for row in days
                ]
            )

    @api.model
    def _describe_traffic(self, days):
        return self.env._(
            "%(download)s down, %(upload)s up",
            download=format_bytes(self.env, sum(row["download"] for row in days)),
            upload=format_bytes(self.env, sum(row["upload"] for row in days)),
        )

    def _get_traffic_by_day(self, count):
        """Return the traffic of the last days, today being the last.

        :return: {service: list of ``count`` dict: date, download and upload (bytes)}
        """
        todays = {c: c._get_isp_today() for c in self.company_id}
        if not todays:
            return {}
        usage = (
            self.env["isp.usage.day"]
            .sudo()
            .search(
                [
                    ("service_id", "in", self.ids),
                    ("date", ">", min(todays.values()) - timedelta(days=count)),
                ]
            )
        )
        counted = {(u.service_id.id, u.date): (u.bytes_in, u.bytes_out) for u in usage}
        fresh = self.env["isp.session"]._get_uncounted(self)
        traffic = {}
        for service in self:
            today = todays[service.company_id]
            days = []
            for ago in reversed(range(count)):
                date = today - timedelta(days=ago)
                upload, download = counted.get((service.id, date), (0, 0))
                days.append({"date": date, "download": download, "upload": upload})
            upload, download = fresh.get(service.id, (0, 0))
            days[-1]["download"] += download
            days[-1]["upload"] += upload
            traffic[service] = days
        return traffic

    # Rejections

    @api.depends_context("uid", "lang", "tz")
    def _compute_rejection_note(self):
        visible = self._filter_network_visible()
        rejections = self.env["isp.session"]._get_rejections(visible)
        self.rejection_note = False
        for service, rows in rejections.items():
            lines = service._describe_isolation()
            lines += [service._describe_rejection(row) for row in rows]
            service.rejection_note = "\n".join(lines)

    def _describe_isolation(self):
        """Return in words, a list of str, why the subscriber is isolated."""
        open_suspensions = self.sudo().suspension_ids.filtered(lambda s: not s.date_end)
        return [
            self.env._(
                "Isolated: %(reason)s since %(since)s",
                reason=dict(row._fields["reason"]._description_selection(self.env))[
                    row.reason
                ],
                since=format_datetime(self.env, row.date_start, dt_format="short"),
            )
            for row in open_suspensions
        ]

    def _describe_rejection(self, row):
        """Return in words when, how often and why a log-in was turned away.

        :param row: dict as of ``isp.session._get_rejections``
        """
        when = format_datetime(self.env, row["last_at"], dt_format="short")
        reason = self._get_rejection_reason(row["reason"])
        mac = f" ({row['mac']})" if row["mac"] else ""
        if row["tries"] > 1:
            reason = self.env._(
                "%(reason)s, %(count)s times within the hour",
                reason=reason,
                count=row["tries"],
            )
        return f"{when}: {reason}{mac}"

    def _get_rejection_reason(self, code):
        """Return in words why FreeRADIUS turned this service away (isp_radpostauth)."""
        if code == "already_online":
            return self._describe_online()
        return self._get_rejection_label(code)

    @api.model
    def _get_rejection_label(self, code):
        labels = {
            "wrong_password": self.env._("wrong password"),
            "no_password": self.env._("the router sent no password"),
            "already_online": self.env._("already online"),
            "unknown_user": self.env._("this user name has no access"),
        }
        return labels.get(code, code)

    def _describe_online(self):
        if self.session_status not in ("online", "silent"):
            return self.env._("was online already")
        sessions = self.env["isp.session"]._get_open(self)[self.id]
        devices = [row["mac"] or row["address"] or "–" for row in sessions]
        return self.env._(
            "already online from %(mac)s since %(since)s",
            mac=", ".join(devices),
            since=format_datetime(self.env, self.session_since, dt_format="short"),
        )

    # Diagnosis

    def _diagnose_network(self):
        """Return what the network says of the line, as ``_get_diagnosis`` does."""
        ended = self.state in ("terminated", "cancelled")
        if ended or not self._filter_network_visible():
            return []
        findings = [self._diagnose_session()] if self._is_counted() else []
        rejections = self.env["isp.session"]._get_rejections(self)[self]
        if rejections:
            text = self.env._(
                "Last turned away: %(what)s",
                what=self._describe_rejection(rejections[0]),
            )
            online = self.session_status == "online"
            findings.append({"level": "warn" if online else "bad", "text": text})
        down = self.sudo().pop_id.router_ids.filtered(lambda r: r.state == "down")
        if down:
            text = self.env._(
                "Router %(router)s does not answer since %(since)s",
                router=", ".join(down.mapped("name")),
                since=format_datetime(
                    self.env, min(down.mapped("state_since")), dt_format="short"
                ),
            )
            findings.append({"level": "bad", "text": text})
        return findings

    def _is_counted(self):
        """Whether sessions of this service are written down here."""
        return self.session_status != "never" or not self.is_kept_on_router

    def _diagnose_session(self):
        since = self.session_since and format_datetime(
            self.env, self.session_since, dt_format="short"
        )
        texts = {
            "online": self._describe_addresses(since),
            "silent": self.env._(
                "Online since %(since)s, but nothing was heard of it for a while",
                since=since,
            ),
            "offline": self.env._("Offline since %(since)s", since=since),
            "never": self.env._("Was never online"),
        }
        levels = {"online": "ok", "silent": "warn"}
        return {
            "level": levels.get(self.session_status, "bad"),
            "text": texts[self.session_status],
        }

    def _describe_addresses(self, since):
        """:param since: in words, of the last session"""
        sessions = self.env["isp.session"]._get_open(self)[self.id]
        addresses = ", ".join(row["address"] or "–" for row in sessions)
        if len(sessions) < 2:
            return self.env._(
                "Online since %(since)s, %(address)s", since=since, address=addresses
            )
        return self.env._(
            "Online since %(since)s, %(count)s sessions: %(addresses)s",
            since=since,
            count=len(sessions),
            addresses=addresses,
        )
