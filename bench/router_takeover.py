"""How fast the subscribers of a router become services: read and judged in one go,
then made in batches, as the jobs do it.

The yardsticks of the same run: librouteros alone reading the same secrets, and bare
Odoo making as many partners in the same batches. What they do not need is the cost of
the table, the judging and the services.
"""

import librouteros
from lxml import etree

from odoo.tools import split_every

from simulator.control import Process
from tools.measure import get_size, measured, report

from .billing_run import read_memory

SECRETS = get_size(2000)
BATCH = 100  # of the jobs


def run(env):
    """Report seconds, and services a second; `env` is that of an Odoo shell."""
    with Process(f"--secrets={SECRETS}") as process:
        router = make_router(env, process.routers[0]["plain"])
        bare_read, rows = _measure(env, _read_bare, process.routers[0]["plain"])
        read, takeover = _measure(env, _read, router)
        plain, _none = _measure(env, _make_partners, rows)
        before = read_memory()
        made, _none = _measure(env, _take_over, takeover)
        grown = read_memory() - before
        again, second = _measure(env, _read, router)
        page, _none = _measure(env, _show, second)
    assert takeover.done_count == second.skipped_count == SECRETS
    assert not second.ok_count
    for name, cost in (("read and judge", read), ("read again, all known", again)):
        _report(
            name, "s", cost.seconds, "librouteros alone", bare_read.seconds, cost=cost
        )
    _report("first page", "ms", 1000 * page.seconds, cost=page)
    rates = SECRETS / made.seconds, SECRETS / plain.seconds
    _report("services", "a second", rates[0], "bare partners", rates[1], cost=made)
    _report("memory of all batches", "MB", grown)


def _report(name, unit, value, *yardstick, cost=None):
    report(f"router_takeover, {name}", SECRETS, unit, value, *yardstick, cost=cost)


def _measure(env, function, *arguments):
    """Return (Cost, what the function returns)."""
    with measured(env.cr) as cost:
        result = function(env, *arguments)
        env.cr.commit()
    return cost, result


def make_router(env, port, number=1):
    pop = env["isp.pop"].create({"name": f"Bench {number}", "code": f"BN{number}"})
    router = env["isp.router"].create(
        {
            "name": f"Bench {number}",
            "address": f"127.0.3.{number}",
            "pop_id": pop.id,
            "use_radius": False,
            "use_api": True,
            "api_tls": "plain",
            "api_host": "127.0.0.1",
            "api_port": port,
            "api_user": "admin",
            "api_password": "admin",
        }
    )
    env.cr.commit()
    return router


def _read_bare(env, port):
    api = librouteros.connect("127.0.0.1", "admin", "admin", port=port)
    rows = list(api.path("ppp/secret"))
    api.close()
    return rows


def _read(env, router):
    """Press “Take over its subscribers”, and make the plans that are missing."""
    takeovers = env["isp.router.takeover"]
    takeover = takeovers.browse(router.action_take_over()["res_id"])
    if takeover.error_count:
        takeover.action_make_plans()
    return takeover


def _make_partners(env, rows):
    partners = env["res.partner"].with_context(tracking_disable=True)
    for batch in split_every(BATCH, rows, list):
        partners.create(
            [{"name": row["comment"], "ref": str(row["name"])} for row in batch]
        )
        env.cr.commit()
        env.invalidate_all()


def _take_over(env, takeover):
    """Press “Take over”, then do what its jobs do."""
    takeover.action_import()
    env.cr.commit()
    for batch in range(-(-SECRETS // BATCH)):
        takeover._work(batch)
        env.cr.commit()
        env.invalidate_all()


def _show(env, takeover):
    """Read the first page of the table as the browser does."""
    env.invalidate_all()
    lines = env["isp.router.takeover.line"]
    arch = etree.fromstring(lines.get_view(view_type="list")["arch"])
    names = {node.get("name") for node in arch.iter("field")}
    domain = [("takeover_id", "=", takeover.id)]
    return lines.web_search_read(
        domain,
        {
            name: {"fields": {"display_name": {}}}
            if lines._fields[name].relational
            else {}
            for name in names
        },
        limit=80,
    )
