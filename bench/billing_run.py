"""How fast a billing run is, against bare Odoo.

Ours is the run as the product works it: lines, periods, next dates, a commit after each
batch; the first two invoices of the kind are made by Odoo, and compared, in it. The
yardstick makes and posts the same invoices in the same chunks with nothing but Odoo's
accounting. Both are measured in turns in one process: a busy machine slows both.
"""

import resource

from dateutil.relativedelta import relativedelta

from tools.measure import get_size, measured, report

CHUNK = 100
BARE_ROUNDS = 5
YARDSTICK = "bare Odoo"


def run(env):
    """Report invoices a second, and memory; `env` is that of an Odoo shell."""
    size = max(CHUNK, get_size(1000))
    services = make_services(env, size + CHUNK)
    warm, *chunks = [services[n : n + CHUNK] for n in range(0, len(services), CHUNK)]
    env["isp.biller"]._bill(warm)
    _measure(env, _post_bare, warm)
    billing_run = make_run(env, services - warm)
    ours, bare, memory = [], [], []
    for number, chunk in enumerate(chunks):
        ours.append(_measure(env, bill_chunk, chunk))
        memory.append(read_memory())
        if number % max(1, len(chunks) // BARE_ROUNDS) == 0:
            bare.append(_measure(env, _post_bare, chunk))
    for name, part in (("wall time", "seconds"), ("CPU", "cpu")):
        mine, yours = (
            CHUNK * len(costs) / sum(getattr(cost, part) for cost in costs)
            for costs in (ours, bare)
        )
        report(f"billing_run, {name}", size, "a second", mine, YARDSTICK, yours)
    report("billing_run, memory", size, "MB", memory[-1], "after a batch", memory[0])
    report(
        "billing_run, by template",
        size,
        "invoices",
        billing_run.copied_count,
        "all",
        billing_run.move_count,
    )


def _measure(env, function, chunk):
    """Return the Cost of a chunk; what was read is forgotten afterwards, as the job
    runner does."""
    with measured(env.cr) as cost:
        function(env, chunk)
        env.cr.commit()
        env.invalidate_all()
    return cost


def read_memory():
    """Return how much memory this process holds, in MB."""
    with open("/proc/self/statm") as numbers:
        pages = int(numbers.read().split()[1])
    return pages * resource.getpagesize() / 1024**2


def make_run(env, services):
    """Return a run of these services alone, in batches as they are ordered."""
    company = services.company_id
    company.isp_send_invoices = False
    others = [("company_id", "=", company.id), ("id", "not in", services.ids)]
    env["isp.service"].search(others).next_invoice_date = False
    vals = {"company_id": company.id, "date": company._get_isp_today()}
    runs = env["isp.billing.run"]
    billing_run = runs._get_run_of_today(company) or runs._make(vals)
    billing_run._fill()
    billing_run.date_resumed = billing_run.create_date
    env.cr.commit()
    env.invalidate_all()
    return billing_run


def bill_chunk(env, chunk):
    """Do the jobs of the batches in which these services are."""
    lines = env["isp.billing.run.line"].search([("service_id", "in", chunk.ids)])
    for batch in sorted(set(lines.mapped("batch"))):
        lines.run_id._bill_batch(batch)


def _post_bare(env, chunk):
    moves = env["account.move"].with_context(
        tracking_disable=True, mail_create_nolog=True
    )
    today = chunk.company_id._get_isp_today()
    moves.create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": service.partner_id.id,
                "invoice_date": today,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": service.plan_id.product_variant_id.id,
                            "price_unit": 220_000,
                            "tax_ids": [(6, 0, service.tax_ids.ids)],
                        },
                    )
                ],
            }
            for service in chunk
        ]
    )._post()


def make_services(env, count, balance=0, balance_due=False):
    """Return so many services that are due today.

    :param balance: what each owes, since the day `balance_due`
    """
    company = env.ref("base.main_company")
    begin = company._get_isp_today() - relativedelta(months=1)
    schedule = env["isp.billing.schedule"].create(
        {"name": "Bench", "anniversary": True}
    )
    rows = [
        {
            "service": {
                "contact_name": f"Bench {n:05d}",
                "phone": f"+62 812 99{n // 10000:02d} {n % 10000:04d}",
                "plan_id": env.ref("isp_base.isp_plan_home_20").id,
                "billing_schedule_id": schedule.id,
                "activation_date": begin,
            },
            "billed_until": False,
            "balance": balance,
            "balance_due": balance_due,
        }
        for n in range(count)
    ]
    services = env["isp.service"]._take_over(rows).sudo()
    # A database that was copied a moment ago knows nothing of its tables yet.
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return services
