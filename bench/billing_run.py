"""How fast services are billed, against bare Odoo.

The yardstick makes and posts the same invoices in the same chunks with nothing but
Odoo's accounting. Both are measured in turns in one process, so that a busy machine
slows both.
"""

import time

from dateutil.relativedelta import relativedelta

CHUNK = 100
ROUNDS = 4


def run(env):
    """Print name, value and unit of each measure; `env` is that of an Odoo shell."""
    services = make_services(env, CHUNK * (ROUNDS + 1))
    chunks = [services[n : n + CHUNK] for n in range(0, len(services), CHUNK)]
    _bill(env, chunks[0])
    _post_bare(env, chunks[0])
    ours = bare = 0.0
    for chunk in chunks[1:]:
        ours += _measure(env, _bill, chunk)
        bare += _measure(env, _post_bare, chunk)
    invoices = CHUNK * ROUNDS
    print(f"bench billing_run: {invoices / ours:.0f} services a second")
    print(f"bench yardstick, bare Odoo: {invoices / bare:.0f} invoices a second")
    print(f"bench ratio: {ours / bare:.2f} times the time of bare Odoo")


def _measure(env, function, chunk):
    start = time.perf_counter()
    function(env, chunk)
    env.cr.commit()
    return time.perf_counter() - start


def _bill(env, chunk):
    env["isp.biller"]._bill(chunk)


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


def make_services(env, count):
    """Return so many services that are due today."""
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
            "balance": 0,
            "balance_due": False,
        }
        for n in range(count)
    ]
    services = env["isp.service"]._take_over(rows).sudo()
    # A database that was copied a moment ago knows nothing of its tables yet.
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return services
