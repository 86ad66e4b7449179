"""How long the e-mails of a billing run take, against Odoo's own way of sending.

Ours are made as a job of the product makes them: with the PDF, and with a link to it.
The yardstick is the same method with Odoo's own document, which wkhtmltopdf prints. All
send invoices of one run, in batches of one size, in one process.
"""

import threading

from werkzeug.serving import make_server

from odoo.http import root

from tools.measure import get_size, measured, report

from .billing_run import bill_chunk, make_run, make_services

BATCH = 20  # invoices of a job
YARDSTICK = "Odoo's own document and sending"


def run(env):
    """Report milliseconds of CPU a mail; `env` is that of an Odoo shell."""
    size = max(BATCH, get_size(200))
    moves = make_invoices(env, 2 * size + 2 * BATCH)
    warm, moves = moves[:BATCH], moves[BATCH:]
    odoo, moves = moves[:BATCH], moves[BATCH:]
    with served(env):
        _send(env, warm[:2], "pdf")
        _send(env, warm[2:4], "link")
        _send(env, warm[4:6], "odoo")
        yardstick = _send(env, odoo, "odoo").cpu / len(odoo)
    for way, part in (("pdf", moves[:size]), ("link", moves[size:])):
        cost = _send(env, part, way)
        each = cost.cpu / len(part)
        report(
            f"mails, {way}", size, "ms", each * 1e3, YARDSTICK, yardstick * 1e3, cost
        )


def make_invoices(env, count):
    """Return so many invoices of a run of today."""
    services = make_services(env, count)
    billing_run = make_run(env, services)
    bill_chunk(env, services)
    lines = billing_run.line_ids.filtered(lambda line: line.service_id in services)
    moves = lines.move_id
    moves.partner_id.email = "bench@example.com"
    env.cr.commit()
    return moves


class served:
    """A web server for the styles of Odoo's document, which wkhtmltopdf asks for."""

    def __init__(self, env):
        self.parameters = env["ir.config_parameter"].sudo()

    def __enter__(self):
        self.server = make_server("127.0.0.1", 0, root, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.server.server_port}"
        self.parameters.set_param("report.url", url)
        self.parameters.env.cr.commit()

    def __exit__(self, *_error):
        self.server.shutdown()


def _send(env, moves, way):
    """Return the Cost of mailing these invoices, in batches, each from scratch."""
    company = moves.company_id
    company.isp_invoice_mail = "link" if way == "link" else "pdf"
    if way == "odoo":
        layout = env.ref("account.account_invoices")
        moves.partner_id.invoice_template_pdf_report_id = layout
    env.cr.commit()
    with measured(env.cr) as cost:
        for start in range(0, len(moves), BATCH):
            env.invalidate_all()
            batch = moves[start : start + BATCH]
            batch._isp_send()
            env.cr.commit()
    assert all(moves.mapped("is_move_sent"))
    return cost
