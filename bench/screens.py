"""What the lists of subscribers cost with N services (`N=…`), against Odoo's list of
contacts with as many, in the same database.

The services are copies of one of the demo, made by SQL. Each screen is asked as the
browser asks: the fields of its view, the first page, in the rights of a service
administrator.
"""

import statistics

from lxml import etree

from odoo.tools import SQL

from tools.measure import get_size, measured, report

ROUNDS = 7
PAGE = 80
LOGIN = "administrator"
YARDSTICK = "res.partner, list"
# What makes a copy one of its own: {table: {column: expression of n}}
OWN = {
    "res_partner": {"complete_name": "'Bench ' || n", "name": "'Bench ' || n"},
    "isp_service": {"name": "'BEN' || n", "username": "'bench-' || n"},
}
SCREENS = (
    # name, model, kind of view, domain, or a field that is grouped by
    (YARDSTICK, "res.partner", "list", []),
    ("isp.service, list", "isp.service", "list", []),
    ("isp.service, list by state", "isp.service", "list", "state"),
    ("isp.service, search", "isp.service", "list", [("name", "ilike", "BEN1")]),
    ("isp.service, kanban", "isp.service", "kanban", []),
)


def run(env):
    """Report seconds and queries of each screen; `env` is that of an Odoo shell."""
    n = get_size(20_000)
    fill(env, "res.partner", [], n, OWN["res_partner"])
    fill(env, "isp.service", [("state", "=", "active")], n, OWN["isp_service"])
    env = env(user=env["res.users"].search([("login", "=", LOGIN)]).id)
    yardstick = None
    for name, model, kind, domain in SCREENS:
        cost = _measure(env, model, kind, domain)
        yardstick = yardstick or cost.seconds
        report(f"screens, {name}", n, "s", cost.seconds, YARDSTICK, yardstick, cost)


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


def _measure(env, model, kind, domain):
    """Return the median Cost of asking for a screen, with nothing cached."""
    records = env[model]
    arch = records.get_views([(False, kind)])["views"][kind]["arch"]
    fields = {node.get("name") for node in etree.fromstring(arch).iter("field")}
    shown = {name: {} for name in fields if name in records._fields}
    costs = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        with measured(env.cr) as cost:
            if isinstance(domain, str):
                records.web_read_group([], [domain], ["__count"])
            else:
                records.web_search_read(domain, shown, limit=PAGE)
        costs.append(cost)
    middle = statistics.median(cost.seconds for cost in costs)
    return next(cost for cost in costs if cost.seconds == middle)
