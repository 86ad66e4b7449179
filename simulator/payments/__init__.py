"""Payment gateways that are none, as their public documentation describes them, over a
real socket. In tests and stories: `Background("midtrans")` of control.py.

midtrans.py  Snap: transactions, the page to pay on, status, refunds, notifications
tripay.py    closed payment: transactions, the page to pay on, detail, callbacks
xendit.py    invoices, and the web hook that tells of them
shop.py      the page to pay on, and how shops are told
control.py   how it is steered
"""
