"""How long the monthly check takes that sets days × price against the books.

The yardstick is Odoo's own sum of the posted lines of the month by customer, which
compares nothing.
"""

from tools.measure import get_size, measured, report

from .billing_run import CHUNK, bill_chunk, make_run, make_services


def run(env):
    """Report services a second; `env` is that of an Odoo shell."""
    size = max(CHUNK, get_size(10_000))
    services = make_services(env, size)
    make_run(env, services)
    for start in range(0, size, CHUNK):
        bill_chunk(env, services[start : start + CHUNK])
        env.cr.commit()
        env.invalidate_all()
    company = services.company_id
    today = company._get_isp_today()
    with measured(env.cr) as summed:
        env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", company.id)],
            ["partner_id", "account_id"],
            ["balance:sum"],
        )
    with measured(env.cr) as cost:
        check = env["isp.billing.check"]._check_month(company, today)
    assert check.service_count >= size
    assert not check.line_ids
    values = size / cost.seconds, "Odoo's sums by customer", size / summed.seconds
    report("monthly_check", size, "services a second", *values, cost=cost)
