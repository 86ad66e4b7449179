"""Midtrans: Snap and the Core API.

After docs.midtrans.com: "Snap API" (POST /snap/v1/transactions), "GET Transaction
Status", "Refund Transaction", "HTTP(S) Notification / Webhooks" and "Status Codes".
Written apart from payment_midtrans, so that a mistake in one does not hide in the
other.
"""

import base64
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ..wire import Answer
from . import shop

ORDER_ID = re.compile(r"[A-Za-z0-9._~-]{1,50}")
CODES = {"pending": "201", "deny": "202", "failure": "202", "expire": "407"}


@dataclass
class Order:
    """:ivar status: "" until the customer has chosen how he pays"""

    name: str
    amount: int
    hook: str
    finish: str
    token: str
    methods: list
    status: str = ""
    fraud: str = "accept"
    refunds: list = field(default_factory=list)


class Midtrans:
    """:ivar works: whether it answers"""

    server_key = "SB-Mid-server-of-the-tests"

    def __init__(self):
        self.orders = {}
        self.works = True
        self.asked = 0
        self._numbers = itertools.count(1)

    async def handle(self, request):
        if not self.works:
            return Answer(503, b"<h1>Service Unavailable</h1>")
        page = re.fullmatch(r"/snap/v4/redirection/(\w+)", request.path)
        if page:
            return await self._show(request, page[1])
        word = base64.b64encode(f"{self.server_key}:".encode()).decode()
        if request.headers.get("authorization") != f"Basic {word}":
            return _refuse(401, "Access denied due to unauthorized transaction")
        if (request.method, request.path) == ("POST", "/snap/v1/transactions"):
            return self._create(request)
        found = re.fullmatch(r"/v2/([^/]+)/(status|refund)", request.path)
        order = self.orders.get(found[1]) if found else None
        if not order or not order.status:
            return _refuse(404, "Transaction doesn't exist.")
        if found[2] == "refund":
            return self._refund(order, request.json)
        self.asked += 1
        return Answer(200, self.describe(order))

    def _create(self, request):
        details = request.json["transaction_details"]
        name, amount = details["order_id"], details["gross_amount"]
        errors = []
        if not ORDER_ID.fullmatch(name):
            errors.append("transaction_details.order_id has invalid characters")
        if name in self.orders:
            errors.append("transaction_details.order_id sudah digunakan")
        if not isinstance(amount, int) or amount < 1:
            errors.append("transaction_details.gross_amount is not a whole number")
        if errors:
            return Answer(400, {"error_messages": errors})
        token = f"token{next(self._numbers)}"
        self.orders[name] = Order(
            name,
            amount,
            request.headers.get("x-override-notification", ""),
            request.json.get("callbacks", {}).get("finish", ""),
            token,
            request.json.get("enabled_payments", []),
        )
        url = f"http://{request.headers['host']}/snap/v4/redirection/{token}"
        return Answer(201, {"token": token, "redirect_url": url})

    async def _show(self, request, token):
        """The page to pay on; when its button is pressed, all is told at once."""
        order = next(o for o in self.orders.values() if o.token == token)
        if request.method == "GET":
            return shop.show("Midtrans", order.amount, order.name)
        order.status = "settlement"
        await self.notify(order)
        told = {"order_id": order.name, "status_code": "200"}
        query = urlencode({**told, "transaction_status": order.status})
        return Answer(303, b"", {"Location": f"{order.finish}?{query}"})

    def _refund(self, order, values):
        left = order.amount - sum(refund["refund_amount"] for refund in order.refunds)
        known = {refund["refund_key"] for refund in order.refunds}
        if order.status not in ("settlement", "partial_refund"):
            return Answer(200, _said(412, "Transaction status cannot be updated."))
        if values["refund_key"] in known or not 0 < values["amount"] <= left:
            return Answer(200, _said(418, "Refund amount or key is not allowed"))
        self.give_back(order, values["amount"], values["refund_key"])
        refund = order.refunds[-1]
        answer = {**self.describe(order), **_said(200, "Success, refund request")}
        return Answer(200, {**answer, **refund})

    def give_back(self, order, amount, key):
        number = next(self._numbers)
        order.refunds.append(
            {
                "refund_chargeback_id": number,
                "refund_amount": amount,
                "refund_key": key,
            }
        )
        given = sum(refund["refund_amount"] for refund in order.refunds)
        order.status = "refund" if given == order.amount else "partial_refund"

    def describe(self, order, **values):
        """What GET status answers, and a notification says."""
        told = {
            "transaction_id": f"0000-{order.token}",
            "order_id": order.name,
            "gross_amount": f"{order.amount}.00",
            "currency": "IDR",
            "payment_type": "qris",
            "transaction_status": order.status,
            "fraud_status": order.fraud,
            "merchant_id": "G000000000",
            "status_code": CODES.get(order.status, "200"),
            "status_message": "midtrans payment notification",
        }
        if order.refunds:
            given = sum(refund["refund_amount"] for refund in order.refunds)
            told["refund_amount"] = f"{given}.00"
            told["refunds"] = [
                {**refund, "refund_amount": f"{refund['refund_amount']}.00"}
                for refund in order.refunds
            ]
        told.update(values)
        told["signature_key"] = self.sign(told)
        return told

    def sign(self, told):
        names = ("order_id", "status_code", "gross_amount")
        text = "".join(told[name] for name in names) + self.server_key
        return hashlib.sha512(text.encode()).hexdigest()

    async def notify(self, order, times=1, forged=False, **values):
        """Tell the shop; return the HTTP statuses of its answers."""
        told = self.describe(order, **values)
        if forged:
            told["signature_key"] = told["signature_key"][:-8] + "00000000"
        body = json.dumps(told).encode()
        return await shop.tell(order.hook, body, {}, times)


def _said(code, message):
    return {"status_code": str(code), "status_message": message}


def _refuse(code, message):
    return Answer(code, _said(code, message))
