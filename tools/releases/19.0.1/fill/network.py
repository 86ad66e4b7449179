"""Routers with their secrets, sessions, traffic, drift and what was sent to them."""

import librouteros

from odoo import fields
from odoo.tools import SQL

from odoo.addons.isp_mikrotik.tests.router_common import RESET


def fill(office):
    """Sessions of a RADIUS service, and a router that keeps its subscribers."""
    _have_sessions(office)
    _count(office)
    _send_commands(office)
    _keep_router(office)


def _have_sessions(office):
    """Open, closed, silent and old ones, and log-ins that were refused."""
    router = office.env.ref("isp_mikrotik.isp_router_palmerah")
    pop = office.env.ref("isp_base.isp_pop_palmerah")
    now = fields.Datetime.now()
    for number in range(4):
        service = office._create_active_service(
            contact_name=f"Online {number}", pop_id=pop.id
        )
        begin = fields.Datetime.subtract(now, days=number * 100, hours=3)
        unique_id = office._start_session(
            service,
            router_id=router.id,
            started_at=begin,
            updated_at=fields.Datetime.add(begin, hours=2),
            seconds=7200,
            bytes_in=5 * 10**8,
            bytes_out=3 * 10**9,
        )
        if number:
            office._update_session(
                unique_id,
                stopped_at=fields.Datetime.add(begin, hours=2),
                terminate_cause="User-Request",
            )
        office.env.cr.execute(
            SQL(
                """INSERT INTO isp_radpostauth
                (hour, username, router_id, reason, tries, last_at, mac)
                VALUES (date_trunc('hour', %s), %s, %s, 'password', 3, %s, 'AA:BB')""",
                now,
                service.username,
                router.id,
                now,
            )
        )


def _count(office):
    """Traffic is counted by day, and old sessions go to the archive."""
    usage = office.env["isp.usage.day"]
    usage._cron_count()
    parameters = office.env["ir.config_parameter"]
    parameters.set_param("isp_mikrotik.session_days", 150)
    usage._cron_tidy()


def _send_commands(office):
    """What was sent to a router for a session, each answer once."""
    commands = office.env["isp.radius.command"]
    service = office.env["isp.service"].search(
        [("contact_name", "=", "Online 0")], limit=1
    )
    answers = commands._fields["answer"].get_values(office.env)
    commands.create(
        [
            {
                "service_id": service.id,
                "router_id": office.env.ref("isp_mikrotik.isp_router_palmerah").id,
                "kind": kind,
                "answer": answer,
                "session_id": "8a000001",
                "unique_id": "u-8a000001",
                "date": fields.Datetime.now(),
            }
            for kind in commands._fields["kind"].get_values(office.env)
            for answer in answers
        ]
    )


def _keep_router(office):
    """A router that keeps its subscribers: one edited by hand, one strange, the rest
    taken over; and jobs that wait for it."""
    for path in RESET:
        office.control.reset(router=0, path=path)
    office.control.write(
        router=0,
        path="/ppp/profile",
        rows=[{"name": "home-20M", "rate-limit": "10M/20M"}],
    )
    office.control.write(
        router=0,
        path="/ppp/secret",
        rows=[
            {"name": name, "password": "pw12", "profile": "home-20M", "comment": text}
            for name, text in (
                ("ahmad", "Ahmad Yani 0812-3456-7001"),
                ("bunga", "Bunga 0812-3456-7002"),
                ("no-phone", "Kos 3"),
            )
        ],
    )
    takeover = _read_router(office)
    takeover.profile_ids.plan_id = office.plan
    takeover.action_check()
    office._do(takeover.action_import)
    _read_router(office)
    office.sim.api_repair = False
    services = [
        office._do(office._create_active_service, contact_name=f"At router {n}")
        for n in range(3)
    ]
    _edit_by_hand(office, services[0].username)
    engineer = office.users["engineer"]
    office.as_user(office.sim, engineer).action_compare()
    office.sim.drift_ids[:1]._close("router")
    office._create_active_service(contact_name="Waits for the router")


def _edit_by_hand(office, username):
    """Somebody disables a secret on the router itself, and adds one of his own."""
    port = office.process.routers[0]["plain"]
    api = librouteros.connect("127.0.0.1", "admin", "admin", port=port)
    row = office._rows()[username]
    list(api("/ppp/secret/set", **{".id": row[".id"], "disabled": "yes"}))
    list(api("/ppp/secret/add", name="stranger", password="x"))
    api.close()


def _read_router(office):
    engineer = office.users["engineer"]
    action = office.as_user(office.sim, engineer).action_take_over()
    takeover = office.env["isp.router.takeover"].browse(action["res_id"])
    return office.as_user(takeover, engineer)
