"""What the screens of *Internet Services* cost with N services (`N=…`), against Odoo's
list of contacts with as many, in the same database.

All menus of a manager are opened as the browser opens them: the first view with the
filters that are set, the fields of the view, the first page; then the form of the first
record. Services with their contacts, visits, repairs, invoices and sessions are copies
of one of the demo, made by SQL. What takes less than half of the yardstick is not
reported.
"""

import statistics
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.tools import SQL
from odoo.tools.safe_eval import datetime, safe_eval, time

from tools.measure import get_size, measured, report

ROUNDS = 5
PAGE = 80
LOGIN = "admin"
ROOT = "isp_base.isp_menu_root"
YARDSTICK = "res.partner, list"
WORTH_TELLING = 0.5
NEWEST = "(SELECT max(id) FROM {}) - n + 1"
# What makes a copy one of its own: {column: expression of n}
CONTACT = {
    "complete_name": "'Bench ' || n",
    "name": "'Bench ' || n",
    "phone": "'+62 812 ' || n",
    "phone_sanitized": "'+62812' || n",
    "email": "'bench' || n || '@pelanggan.example'",
    "email_normalized": "'bench' || n || '@pelanggan.example'",
}
SERVICE = {
    "name": "'BEN' || n",
    "username": "'bench-' || n",
    "partner_id": NEWEST.format("res_partner"),
}
OF_SERVICE = {"service_id": NEWEST.format("isp_service")}
INVOICE = {
    "name": "'BEN/' || n",
    "partner_id": NEWEST.format("res_partner"),
    "commercial_partner_id": NEWEST.format("res_partner"),
}
SESSIONS = """INSERT INTO isp_radacct (unique_id, session_id, username, service_id,
        router_id, started_at, updated_at)
    SELECT 'bench' || s.id, 'bench' || s.id, s.username, s.id,
        (SELECT min(id) FROM isp_router), now(), now()
    FROM isp_service s WHERE s.username LIKE 'bench-%'"""
SEARCHES = (
    ("by name", [("name", "ilike", "BEN1")]),
    ("by phone", [("phone", "ilike", "0812 12")]),
)


def run(env):
    """Report seconds and queries of each screen; `env` is that of an Odoo shell."""
    n = get_size(20_000)
    _fill(env, n)
    env = env(user=env["res.users"].search([("login", "=", LOGIN)]).id)
    lists = env["res.partner"]
    yardstick = _measure(env, partial(_show, lists, "list", [], None)).seconds

    def tell(name, ask):
        cost = _measure(env, ask)
        if cost.seconds >= WORTH_TELLING * yardstick:
            report(f"screens, {name}", n, "s", cost.seconds, YARDSTICK, yardstick, cost)

    for name, action in _read_menus(env):
        opened = records, _kind, domain, _group = _open(env, action)
        tell(name, partial(_show, *opened))
        if first := records.search(domain, limit=1):
            tell(
                f"{name}, form", partial(first.web_read, _read_fields(records, "form"))
            )
    services = env["isp.service"]
    for name, domain in SEARCHES:
        tell(f"subscribers {name}", partial(_show, services, "list", domain, None))


def _fill(env, n):
    fill(env, "res.partner", [], n, CONTACT)
    fill(env, "isp.service", [("state", "=", "active")], n, SERVICE)
    visits = [("ticket_id", "=", False), ("state", "=", "done")]
    fill(env, "isp.work.order", visits, n, {"name": "'BEN' || n", **OF_SERVICE})
    ticket = {"number": "'BEN' || n", "isp_service_id": OF_SERVICE["service_id"]}
    fill(env, "helpdesk.ticket", [("isp_service_id", "!=", False)], n, ticket)
    posted = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
    fill(env, "account.move", posted, n, INVOICE)
    env.cr.execute(SESSIONS)
    env.cr.commit()
    env.cr.execute("ANALYZE isp_radacct")


def fill(env, model, domain, n, own):
    """Add n copies of one record of this domain.

    :param own: what makes a copy one of its own: {column: expression of n}
    """
    table = env[model]._table
    source = env[model].search(domain, limit=1, order="id desc")
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND column_name <> 'id'",
        [table],
    )
    columns = [column for (column,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS n "
            "WHERE id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                SQL(own[c]) if c in own else SQL.identifier(c) for c in columns
            ),
            SQL.identifier(table),
            n,
            source.id,
        )
    )
    env.cr.commit()
    env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def _read_menus(env):
    """Return [(path of names, window action)] of the menus that open one."""
    menus = env["ir.ui.menu"].load_menus(False)
    found = []

    def walk(menu, path):
        path = [*path, menu["name"]]
        if menu["action_model"] == "ir.actions.act_window":
            found.append((" / ".join(path[1:]), menu["action_id"]))
        for child in menu["children"]:
            walk(menus[child], path)

    walk(menus[env.ref(ROOT).id], [])
    actions = env["ir.actions.act_window"].sudo()
    return [(name, actions.browse(action)) for name, action in found]


def _open(env, action):
    """Return (records, kind of the first view, domain, field to group by or None)."""
    values = {
        "uid": env.uid,
        "context_today": lambda: fields.Date.context_today(action),
        "relativedelta": relativedelta,
        "datetime": datetime,
        "time": time,
        "active_id": False,
        "allowed_company_ids": env.companies.ids,
    }
    context = safe_eval(action.context or "{}", values)
    records = env[action.res_model].with_context(**context)
    domain = safe_eval(action.domain or "[]", values)
    chosen = {
        name.removeprefix("search_default_")
        for name, value in context.items()
        if name.startswith("search_default_") and value
    }
    view = [(action.search_view_id.id, "search")]
    search = records.get_views(view)["views"]["search"]["arch"]
    group = None
    for node in etree.fromstring(search).iter("filter"):
        if node.get("name") in chosen:
            domain = domain + safe_eval(node.get("domain") or "[]", values)
            group = safe_eval(node.get("context") or "{}", values).get("group_by")
    return records, action.view_mode.split(",")[0], domain, group


def _read_fields(records, kind):
    arch = records.get_views([(False, kind)])["views"][kind]["arch"]
    names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
    return {name: {} for name in names if name in records._fields}


def _show(records, kind, domain, group):
    """Ask for what the browser shows first."""
    if group or kind not in ("list", "kanban"):
        by = [group] if group else []
        records.formatted_read_group(domain, by, ["__count"])
    else:
        records.web_search_read(domain, _read_fields(records, kind), limit=PAGE)


def _measure(env, ask):
    """Return the median Cost of asking, with nothing cached."""
    costs = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        with measured(env.cr) as cost:
            ask()
        costs.append(cost)
    middle = statistics.median(cost.seconds for cost in costs)
    return next(cost for cost in costs if cost.seconds == middle)
