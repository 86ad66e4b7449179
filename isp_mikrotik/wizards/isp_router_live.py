from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.usernames import fold

from ..routeros import reconcile
from ..routeros.facts import read_health
from ..routeros.transport import Command

SHOWN_AT_MOST = 500


class IspRouterLive(models.TransientModel):
    """Who is online on a router, and how it is, as it said just now."""

    _name = "isp.router.live"
    _description = "Router, Live"

    router_id = fields.Many2one("isp.router", required=True, readonly=True)
    name = fields.Char(related="router_id.name")
    search_name = fields.Char(
        "User Name Contains", help="Empty: all of them, as far as they fit here."
    )
    date = fields.Datetime("Read", readonly=True)
    uptime = fields.Char(readonly=True)
    version = fields.Char("RouterOS", readonly=True)
    cpu = fields.Integer("CPU (%)", readonly=True)
    memory = fields.Integer("Memory (%)", readonly=True)
    online_count = fields.Integer("Online", readonly=True)
    found_count = fields.Integer("Found", readonly=True)
    session_ids = fields.One2many("isp.router.live.session", "live_id", readonly=True)

    def action_read(self):
        """Ask the router anew."""
        self.ensure_one()
        self.router_id._check_may_use_api()
        with self.router_id._api_for_person() as connection:
            health = read_health(connection)
            rows = reconcile.read(connection, [reconcile.ACTIVE])[reconcile.ACTIVE]
        self.router_id._note_health(health)
        wanted = (self.search_name or "").strip().lower()
        rows = [row for row in rows if wanted in row.get("name", "").lower()]
        self.session_ids.unlink()
        self.write(
            {
                "date": fields.Datetime.now(),
                "uptime": health.uptime,
                "version": health.version,
                "cpu": health.cpu,
                "memory": health.memory,
                "online_count": health.online,
                "found_count": len(rows),
            }
        )
        self._create_sessions(rows[:SHOWN_AT_MOST])
        return self._open()

    def _create_sessions(self, rows):
        keys = [fold(row.get("name")) for row in rows]
        services = self.env["isp.service"].search([("username_key", "in", keys)])
        by_key = {service.username_key: service.id for service in services}
        self.env["isp.router.live.session"].create(
            [
                {
                    "live_id": self.id,
                    "name": row.get("name"),
                    "address": row.get("address"),
                    "caller_id": row.get("caller-id"),
                    "uptime": row.get("uptime"),
                    "key": row[".id"],
                    "service_id": by_key.get(fold(row.get("name"))),
                }
                for row in rows
            ]
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(router)s, live", router=self.router_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


class IspRouterLiveSession(models.TransientModel):
    _name = "isp.router.live.session"
    _description = "Session on a Router, Live"

    live_id = fields.Many2one("isp.router.live", required=True, ondelete="cascade")
    service_id = fields.Many2one("isp.service", "Subscriber", readonly=True)
    name = fields.Char("User Name", readonly=True)
    address = fields.Char(readonly=True)
    caller_id = fields.Char("MAC", readonly=True)
    uptime = fields.Char("Online For", readonly=True)
    key = fields.Char(readonly=True)

    def action_close(self):
        """Close this session; the subscriber's device logs in anew."""
        self.ensure_one()
        router = self.live_id.router_id
        router._check_may_use_api()
        command = Command(f"{reconcile.ACTIVE}/remove", {".id": self.key})
        with router._api_for_person() as connection:
            (reply,) = connection.talk([command])
        if reply.error and reconcile.GONE not in reply.error:
            raise UserError(reply.error)
        return self.live_id.action_read()
