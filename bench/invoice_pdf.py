"""How long the PDF of an invoice takes, against Odoo's own by wkhtmltopdf.

One at a time, as a customer opens his, and many in one file, as the office prints them:
each with nothing cached. The yardstick is Odoo's document of the same invoices, one by
one: not every wkhtmltopdf makes a file of several.
"""

from tools.measure import get_size, measured, report

from .mails import make_invoices, served

BATCH = 20
BARE = 5  # of Odoo's documents, which take a second each
OURS = "isp_billing.isp_invoice_report"
ODOO = "account.account_invoices"
YARDSTICK = "Odoo's own document"


def run(env):
    """Report milliseconds of an invoice, wall and CPU; `env` is that of an Odoo
    shell."""
    size = max(BATCH, get_size(200))
    moves = make_invoices(env, size)
    with served(env):
        _print(env, moves[:1], ODOO)
        bare = _print_each(env, moves[:BARE], ODOO)
    _print(env, moves[:1], OURS)
    _report("one by one", size, _print_each(env, moves, OURS), bare)
    costs = [_print(env, moves[n : n + BATCH], OURS) for n in range(0, size, BATCH)]
    _report(f"{BATCH} in a file", size, costs, bare)


def _print_each(env, moves, document):
    return [_print(env, move, document) for move in moves]


def _print(env, moves, document):
    """Return (Cost, how many invoices) of one file."""
    env.invalidate_all()
    with measured(env.cr) as cost:
        content, _kind = env["ir.actions.report"]._render_qweb_pdf(document, moves.ids)
    assert content.startswith(b"%PDF")
    # Odoo keeps what it has printed, and does not print that again.
    env.cr.rollback()
    return cost, len(moves)


def _report(name, size, ours, bare):
    for part, title in (("seconds", "wall time"), ("cpu", "CPU")):
        mine, yours = (
            1e3
            * sum(getattr(cost, part) for cost, _count in costs)
            / sum(count for _cost, count in costs)
            for costs in (ours, bare)
        )
        report(f"invoice_pdf, {name}, {title}", size, "ms", mine, YARDSTICK, yours)
