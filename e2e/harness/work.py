"""People who work without a pause while a story does something to their server."""

import threading
from contextlib import contextmanager

INVOICE = {"move_type": "out_invoice", "invoice_date": "2026-11-02"}


def invoice_and_pay(server):
    """Post an invoice and register its payment; return the id of the invoice."""
    books = server.client("accountant")
    (partner,) = server.query("SELECT min(partner_id) FROM isp_service")
    line = {"name": "Drill", "quantity": 1, "price_unit": 150000}
    move = books.create(
        "account.move",
        **INVOICE,
        partner_id=int(partner),
        invoice_line_ids=[(0, 0, line)],
    )
    books.call("account.move", "action_post", [move])
    context = {"active_model": "account.move", "active_ids": [move]}
    (wizard,) = books.call("account.payment.register", "create", [{}], context=context)
    books.call("account.payment.register", "action_create_payments", [wizard])
    return move


@contextmanager
def working(*works):
    """Repeat each work in a thread of its own; gives a function that waits until each
    was done some times more."""
    over, done, errors = threading.Event(), [0] * len(works), []

    def repeat(number, work):
        try:
            while not over.is_set():
                work()
                done[number] += 1
        except Exception as error:  # shown by the test
            errors.append(error)

    threads = [
        threading.Thread(target=repeat, args=pair, daemon=True)
        for pair in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    try:
        yield done, errors
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
