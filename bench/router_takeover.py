"""How fast the subscribers of a router become services: read and judged in one go,
then made in batches, as the jobs do it.

The yardsticks of the same run: librouteros alone reading the same secrets, and bare
Odoo making as many partners in the same batches. What they do not need is the cost of
the table, the judging and the services.
"""

import os
import resource
import time
from pathlib import Path

import librouteros
from lxml import etree

from odoo.tools import split_every

from simulator.control import Process

SECRETS = int(os.environ.get("SECRETS", "2000"))
BATCH = 100  # of the jobs


def run(env):
    """Print name, value and unit of each measure; `env` is that of an Odoo shell."""
    with Process(f"--secrets={SECRETS}") as process:
        router = _make_router(env, process.routers[0]["plain"])
        bare_read, rows = _measure(env, _read_bare, process.routers[0]["plain"])
        read, takeover = _measure(env, _read, router)
        plain, _none = _measure(env, _make_partners, rows)
        before = _get_memory()
        made, _none = _measure(env, _take_over, takeover)
        grown = _get_memory() - before
        again, second = _measure(env, _read, router)
        page, _none = _measure(env, _show, second)
    assert takeover.done_count == second.skipped_count == SECRETS
    assert not second.ok_count
    print(f"bench router_takeover read and judge: {read:.1f} s for {SECRETS} secrets")
    print(f"bench router_takeover read again, all known: {again:.1f} s")
    print(f"bench yardstick, librouteros alone: {bare_read:.1f} s")
    print(f"bench router_takeover table, first page: {1000 * page:.0f} ms")
    print(f"bench router_takeover: {SECRETS / made:.0f} services a second")
    print(f"bench yardstick, bare partners: {SECRETS / plain:.0f} a second")
    print(f"bench ratio: {made / plain:.2f} times the time of bare partners")
    print(f"bench router_takeover memory: {grown:+.0f} MB by all batches")


def _measure(env, function, *arguments):
    """Return (seconds, what the function returns)."""
    start = time.perf_counter()
    result = function(env, *arguments)
    env.cr.commit()
    return time.perf_counter() - start, result


def _make_router(env, port):
    router = env["isp.router"].create(
        {
            "name": "Bench",
            "address": "127.0.3.1",
            "pop_id": env["isp.pop"].create({"name": "Bench", "code": "BNC"}).id,
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


def _get_memory():
    """Return what this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
