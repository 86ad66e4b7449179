"""How long it takes from a payment to the end of the isolated session, from where on
the subscriber logs in open: on an idle system, and while others are isolated.

As the product does it: the payment is posted here, the rest are the jobs of an Odoo,
beside those of the daily action that isolates the others, and a router that answers
after 10 ms.
"""

import statistics
import time

from odoo.addons.isp_billing.const import BATCH

from tools.measure import get_size, report

from .isolate import (
    answering,
    count_jobs,
    go_online,
    make_debtors,
    wait_until,
    working,
)

PAYERS = 20


def run(env):
    """Report seconds, median and 95th percentile; `env` is that of an Odoo shell."""
    count = max(2 * BATCH, get_size(2000))
    services = make_debtors(env, count + 2 * PAYERS)
    first, second = services[:PAYERS], services[PAYERS : 2 * PAYERS]
    others = services[2 * PAYERS :]
    env["isp.dunning"]._judge_or_ask(first | second, use_money=True)
    env.cr.commit()
    with answering(env) as router, working(env):
        wait_until(lambda: not count_jobs(env), "the jobs of those who are isolated")
        go_online(env, router, services)
        idle = [_pay(env, router, service) for service in first]
        env["isp.dunning"]._cron_isolate()
        env.cr.commit()
        busy = [_pay(env, router, service) for service in second]
        left = count_jobs(env)
        wait_until(lambda: not count_jobs(env), "the others are isolated")
        router.wait_for(f"bench{service.id}" for service in others)
    for name, share in (("median", 50), ("95th percentile", 95)):
        late, soon = (
            statistics.quantiles(times, n=100, method="inclusive")[share - 1]
            for times in (busy, idle)
        )
        report(f"restore, {name}", count, "s", late, "on an idle system", soon)
    report("restore, jobs that still waited after it", count, "jobs", left)


def _pay(env, router, service):
    """Return the seconds from the payment's commit until the session was closed."""
    moves = env["account.move"].search(
        [
            ("line_ids.isp_service_id", "=", service.id),
            ("payment_state", "=", "not_paid"),
        ]
    )
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids
    ).create({})._create_payments()
    env.flush_all()
    start = time.perf_counter()
    env.cr.commit()
    env.invalidate_all()
    return router.wait_for([f"bench{service.id}"]) - start
