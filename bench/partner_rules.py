"""What the rules on contacts cost each role, with N subscribers (`N=…`).

A salesman has registered one of a hundred of them, a technician is sent to as many, and
as many have had a transfer of the warehouse, half of them of late. Each asks for the
list of contacts, searches one by his name, and writes three letters of a name into a
field; so does an administrator of services, who reads all.
"""

import statistics
from contextlib import closing

from odoo.sql_db import db_connect
from odoo.tools import SQL

from bench.screens import fill
from tools.measure import get_size, measured, report

ROUNDS = 7
PAGE = 80
SHARE = 100  # one of so many is his
OPEN, YARDSTICK = "administrator", "an administrator, who reads all"
ROLES = ("technician1", "sales", "warehouse")
FIELDS = {"display_name": {}, "phone": {}, "email": {}, "city": {}}


def run(env):
    """Report seconds and queries of each role; `env` is that of an Odoo shell."""
    n = get_size(50_000)
    _make_subscribers(env, n)
    asked = {
        "list": lambda contacts: contacts.web_search_read([], FIELDS, limit=PAGE),
        "search": lambda contacts: contacts.web_search_read(
            [("complete_name", "ilike", f"Ruled {SHARE}")], FIELDS, limit=PAGE
        ),
        "three letters": lambda contacts: contacts.name_search("rul", limit=8),
    }
    for name, ask in asked.items():
        yardstick = _measure(env, OPEN, ask)
        for login in ROLES:
            cost = _measure(env, login, ask)
            report(
                f"partner_rules, {name}, {login}",
                *(n, "s", cost.seconds, YARDSTICK, yardstick.seconds, cost),
            )


def _make_subscribers(env, n):
    name = "'Ruled ' || n"
    newest = "(SELECT max(id) FROM res_partner)"
    fill(
        env,
        "res.partner",
        [("isp_service_ids", "!=", False), ("parent_id", "=", False)],
        n,
        {"complete_name": name, "name": name, "commercial_partner_id": "NULL"},
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id "
        "WHERE commercial_partner_id IS NULL"
    )
    seller = env["res.users"].search([("login", "=", "sales")]).id
    fill(
        env,
        "isp.service",
        [("state", "=", "active")],
        n,
        {
            "name": "'RUL' || n",
            "username": "'ruled-' || n",
            "partner_id": f"{newest} - n + 1",
            "owns_partner": "true",
            "user_id": f"CASE WHEN mod(n, {SHARE}) = 0 THEN {seller} END",
        },
    )
    few = max(1, n // SHARE)
    subscriber = f"{newest} - n * {SHARE - 1} + 1"
    visits = "(SELECT max(id) FROM isp_service) - n + 1"
    done = [("state", "=", "done")]
    own = {"name": "'RUL' || n", "service_id": visits}
    fill(env, "isp.work.order", done, few, own)
    env.cr.execute(
        """INSERT INTO isp_work_order_technician_rel (work_order_id, user_id)
        SELECT id, (SELECT id FROM res_users WHERE login = 'technician1')
        FROM isp_work_order WHERE name LIKE 'RUL%'"""
    )
    fill(
        env,
        "stock.picking",
        done,
        few,
        {
            "name": "'RUL' || n",
            "partner_id": subscriber,
            "date_done": "now() - make_interval(days => 60 * mod(n, 2))",
        },
    )
    env.cr.execute("ANALYZE isp_work_order_technician_rel")
    env.cr.commit()
    _clean(env)


def _clean(env):
    """What PostgreSQL does by itself in the minutes after."""
    with closing(db_connect(env.cr.dbname).cursor()) as cr:
        cr._cnx.autocommit = True
        for table in ("res_partner", "isp_service", "isp_work_order", "stock_picking"):
            cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))


def _measure(env, login, ask):
    """Return the median Cost of asking as this user, with nothing cached."""
    user = env["res.users"].search([("login", "=", login)])
    contacts = env(user=user.id)["res.partner"]
    costs = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        with measured(env.cr) as cost:
            ask(contacts)
        costs.append(cost)
    middle = statistics.median(cost.seconds for cost in costs)
    return next(cost for cost in costs if cost.seconds == middle)
