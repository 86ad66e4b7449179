"""Xendit's invoices, for Odoo's own payment_xendit.

After developers.xendit.co: "Create Invoice" (POST /v2/invoices) and "Invoice callback",
which is signed by a word that the shop knows (x-callback-token).
"""

import base64
import itertools

from ..wire import Answer


class Xendit:
    secret_key, callback_token = "xnd_development_of_the_tests", "token-of-the-tests"

    def __init__(self):
        self.orders = {}
        self._numbers = itertools.count(1)

    async def handle(self, request):
        word = base64.b64encode(f"{self.secret_key}:".encode()).decode()
        if request.headers.get("authorization") != f"Basic {word}":
            return Answer(401, {"error_code": "INVALID_API_KEY", "message": "Key"})
        if (request.method, request.path) != ("POST", "/v2/invoices"):
            return Answer(404, {"error_code": "NOT_FOUND", "message": "Not found"})
        values = request.json
        number = next(self._numbers)
        invoice = {
            "id": f"invoice{number}",
            "external_id": values["external_id"],
            "amount": values["amount"],
            "currency": values["currency"],
            "status": "PENDING",
            "invoice_url": f"http://{request.headers['host']}/web/invoice{number}",
        }
        self.orders[values["external_id"]] = invoice
        return Answer(200, invoice)

    def describe(self, order, **values):
        """What the web hook says of an invoice that is paid."""
        invoice = self.orders[order]
        told = {name: invoice[name] for name in ("id", "external_id", "currency")}
        paid = {
            "status": "PAID",
            "payment_method": "QR_CODE",
            "payment_channel": "QRIS",
        }
        amounts = {name: invoice["amount"] for name in ("amount", "paid_amount")}
        return {**told, **paid, **amounts, **values}
