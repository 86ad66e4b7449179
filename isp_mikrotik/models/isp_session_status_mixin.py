import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..const import NETWORK_GROUPS
from ..sizes import format_bytes
from .isp_session import SILENT_MINUTES

GRAPH_DAYS = 30


class IspSessionStatusMixin(models.AbstractModel):
    """Whether a service is online, what it used and why it was turned away, for those
    who may know: engineers and administrators, technicians where they have work to do.
    """

    _name = "isp.session.status.mixin"
    _description = "Session Status of a Service"

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

    @api.depends_context("uid")
    def _compute_session_status(self):
        visible = self._filter_network_visible()
        last = self.env["isp.session"]._get_last(visible)
        for service in self:
            values = self._prepare_session_status(last.get(service.id))
            values["session_status"] = service in visible and values["session_status"]
            for name, value in values.items():
                service[name] = value

    @api.model
    def _prepare_session_status(self, session):
        """Return the values of the fields for the last session of a service.

        :param session: dict as of ``isp.session._get_last``, or None
        """
        if not session:
            session = dict.fromkeys(
                ("address", "mac", "router_id", "terminate_cause", "stopped_at")
            )
            status = "never"
        elif session["stopped_at"]:
            status = "offline"
        else:
            status = "silent" if self._is_silent(session) else "online"
        router = self.env["isp.router"].sudo().browse(session["router_id"]).exists()
        return {
            "session_status": status,
            "session_since": session["stopped_at"] or session.get("started_at"),
            "session_address": session["address"],
            "session_mac": session["mac"],
            "session_router": router.name,
            "session_cause": session["terminate_cause"],
        }

    @api.model
    def _is_silent(self, session):
        """Whether accounting of an open session has not come for too long."""
        now = fields.Datetime.now()
        return session["updated_at"] < now - timedelta(minutes=SILENT_MINUTES)

    # Traffic

    @api.depends_context("uid", "lang")
    def _compute_traffic(self):
        visible = self._filter_network_visible()
        self.traffic_today = self.traffic_month = self.traffic_graph = False
        for service in visible:
            today = service.company_id._get_isp_today()
            days = service._get_traffic_by_day(GRAPH_DAYS)
            month = [row for row in days if row["date"].month == today.month]
            service.traffic_today = self._describe_traffic(days[-1:])
            service.traffic_month = self._describe_traffic(month)
            service.traffic_graph = json.dumps(
                [
                    {
                        "label": format_date(
                            self.env, row["date"], date_format="d MMM"
                        ),
                        "download": row["download"],
                        "upload": row["upload"],
                    }
                    for row in days
                ]
            )

    @api.model
    def _describe_traffic(self, days):
        return self.env._(
            "%(download)s down, %(upload)s up",
            download=format_bytes(sum(row["download"] for row in days)),
            upload=format_bytes(sum(row["upload"] for row in days)),
        )

    def _get_traffic_by_day(self, count):
        """Return the traffic of the last days, today being the last.

        :return: list of ``count`` dict: date, download and upload (bytes)
        """
        self.ensure_one()
        today = self.company_id._get_isp_today()
        first = today - timedelta(days=count - 1)
        rows = (
            self.env["isp.usage.day"]
            .sudo()
            .search([("service_id", "=", self.id), ("date", ">=", first)])
        )
        by_date = {row.date: (row.bytes_out, row.bytes_in) for row in rows}
        days = []
        for number in range(count):
            date = first + timedelta(days=number)
            download, upload = by_date.get(date, (0, 0))
            days.append({"date": date, "download": download, "upload": upload})
        fresh = self.env["isp.session"]._get_uncounted(self)
        days[-1]["download"] += fresh["bytes_out"]
        days[-1]["upload"] += fresh["bytes_in"]
        return days

    # Rejections

    @api.depends_context("uid", "lang", "tz")
    def _compute_rejection_note(self):
        visible = self._filter_network_visible()
        for service in self:
            lines = service in visible and service._describe_rejections()
            service.rejection_note = "\n".join(lines or []) or False

    def _describe_rejections(self):
        """Return in words, a list of str, why the subscriber does not get through."""
        open_suspensions = self.sudo().suspension_ids.filtered(lambda s: not s.date_end)
        lines = [
            self.env._(
                "Isolated: %(reason)s since %(since)s",
                reason=dict(row._fields["reason"]._description_selection(self.env))[
                    row.reason
                ],
                since=format_datetime(self.env, row.date_start, dt_format="short"),
            )
            for row in open_suspensions
        ]
        rows = self.env["isp.session"]._get_rejections(self)
        return lines + [self._describe_rejection(row) for row in rows]

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
        return self.env._(
            "already online from %(mac)s since %(since)s",
            mac=self.session_mac or self.session_address,
            since=format_datetime(self.env, self.session_since, dt_format="short"),
        )

    # Diagnosis

    def _diagnose_network(self):
        """Return what the network says of the line, as ``_get_diagnosis`` does."""
        ended = self.state in ("terminated", "cancelled")
        if ended or not self._filter_network_visible():
            return []
        findings = [self._diagnose_session()]
        rejections = self.env["isp.session"]._get_rejections(self)
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

    def _diagnose_session(self):
        since = self.session_since and format_datetime(
            self.env, self.session_since, dt_format="short"
        )
        texts = {
            "online": self.env._(
                "Online since %(since)s, %(address)s",
                since=since,
                address=self.session_address,
            ),
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
