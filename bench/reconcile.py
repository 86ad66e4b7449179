"""How fast a router is compared with what it is to hold: when nothing differs, and with
a tenth of its secrets changed by hand, which are put right, 20 ms away.

The yardstick is the same reading and writing by bare tagged sentences, as many in
flight, in the same run: librouteros' protocol, and nothing that looks at the words.
"""

from contextlib import closing
from itertools import islice

import librouteros

from odoo.addons.isp_mikrotik.models.isp_router_sync import MENUS
from odoo.addons.isp_mikrotik.routeros.desired import SECRET
from odoo.addons.isp_mikrotik.routeros.reconcile import PROPERTIES
from odoo.addons.isp_mikrotik.routeros.transport import IN_FLIGHT

from simulator.control import Process
from tools.measure import get_size, measured, report

from .billing_run import make_services
from .router_takeover import make_router

LATENCY = 0.02  # seconds, there and back
CHANGED = "default"  # the profile that somebody gave a tenth of them
YARDSTICK = "bare tagged sentences"


def run(env):
    """Report secrets a second; `env` is that of an Odoo shell."""
    size = max(10, get_size(10_000))
    with Process() as process:
        router = make_router(env, process.routers[0]["plain"], number=2)
        make_services(env, size).pop_id = router.pop_id
        env.cr.commit()
        _compare(env, router)
        process.control.latency(router=0, seconds=LATENCY)
        port = process.routers[0]["plain"]
        with closing(
            librouteros.connect("127.0.0.1", "admin", "admin", port=port)
        ) as api:
            read, rows = _read_bare(env, api)
            assert len(rows) == size, len(rows)
            nothing = _compare(env, router)
            written = _change_bare(env, api, rows[::10])
            put_right = _compare(env, router)
            _cost, rows = _read_bare(env, api)
    assert CHANGED not in {row["profile"] for row in rows}
    bare = read.seconds
    for name, cost, yardstick in (
        ("nothing differs", nothing, bare),
        ("a tenth is put right", put_right, bare + written.seconds),
    ):
        values = size / cost.seconds, YARDSTICK, size / yardstick
        report(f"reconcile, {name}", size, "secrets a second", *values, cost=cost)


def _compare(env, router):
    """Return the Cost of the nightly comparison."""
    env.invalidate_all()
    with measured(env.cr) as cost:
        router._compare_job(router.api_repair)
        env.cr.commit()
    return cost


def _read_bare(env, api):
    """Return (Cost, list of secrets) of reading what a comparison reads."""
    with measured(env.cr) as cost:
        answers = _talk(
            api,
            [(f"{menu}/print", f"=.proplist=.id,{PROPERTIES[menu]}") for menu in MENUS],
        )
    return cost, answers[MENUS.index(SECRET)]


def _change_bare(env, api, rows):
    """Return the Cost of giving these secrets another profile."""
    with measured(env.cr) as cost:
        _talk(
            api,
            [
                (f"{SECRET}/set", f"=.id={row['.id']}", f"=profile={CHANGED}")
                for row in rows
            ],
        )
    return cost


def _talk(api, sentences):
    """Return what each sentence (tuple of str) is answered, a list of {name: str}."""
    answers = [[] for _sentence in sentences]
    numbers, open_now = iter(range(len(sentences))), 0
    while True:
        for number in islice(numbers, IN_FLIGHT - open_now):
            api.protocol.writeSentence(*sentences[number], f".tag={number}")
            open_now += 1
        if not open_now:
            return answers
        reply, words = api.protocol.readSentence()
        values = dict(word.lstrip("=").split("=", 1) for word in words)
        if reply == "!re":
            answers[int(values[".tag"])].append(values)
        elif reply == "!done":
            open_now -= 1
        else:
            raise ValueError(f"{reply}: {values}")
