"""Tripay: closed payment.

After tripay.co.id/developer: "Request Transaksi", "Detail Transaksi" and "Callback".
It gives nothing back by its interface; who does so on its pages makes an order REFUND.
Written apart from payment_tripay, so that a mistake in one does not hide in the other.
"""

import hashlib
import hmac
import itertools
import json
import re
import time
from dataclasses import dataclass

from ..wire import Answer
from . import shop

CHANNELS = """ALFAMART ALFAMIDI BCAVA BNIVA BRIVA BSIVA CIMBVA DANA INDOMARET MANDIRIVA
    OVO PERMATAVA QRIS SHOPEEPAY""".split()


@dataclass
class Order:
    """:ivar fee: of Tripay, which `payer` pays: "merchant" or "customer" """

    name: str
    amount: int
    method: str
    hook: str
    finish: str
    number: str
    expires: int
    fee: int = 750
    payer: str = "merchant"
    status: str = "UNPAID"


class Tripay:
    """:ivar works: whether it answers"""

    merchant, api_key, private_key = (
        "T0001",
        "DEV-api-of-the-tests",
        "private-of-the-te",
    )

    def __init__(self):
        self.orders = {}
        self.works = True
        self.asked = 0
        self._numbers = itertools.count(1)

    async def handle(self, request):
        if not self.works:
            return Answer(503, b"<h1>Service Unavailable</h1>")
        page = re.fullmatch(r"/checkout/(\w+)", request.path)
        if page:
            return await self._show(request, self._find(page[1]))
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _refuse(401, "Invalid API Key")
        match request.method, request.path:
            case "POST", "/transaction/create":
                return self._create(request)
            case "GET", "/transaction/detail":
                self.asked += 1
                order = self._find(request.query.get("reference"))
                if not order:
                    return _refuse(404, "Transaction not found")
                return Answer(200, {"success": True, "data": self._detail(order)})
        return _refuse(404, "Not found")

    def _find(self, number):
        found = (order for order in self.orders.values() if order.number == number)
        return next(found, None)

    def _create(self, request):
        values = request.json
        name, amount = values["merchant_ref"], values["amount"]
        items = sum(item["price"] * item["quantity"] for item in values["order_items"])
        text = f"{self.merchant}{name}{amount}".encode()
        expires = values.get("expired_time", int(time.time()) + 86_400)
        wrong = {
            "Invalid signature": values.get("signature") != self._hmac(text),
            "Invalid payment channel": values.get("method") not in CHANNELS,
            "The amount is not a whole number": not isinstance(amount, int),
            "Amount of order items is not the total": items != amount,
            "The customer_name field is required": not values.get("customer_name"),
            "The customer_email field is required": not values.get("customer_email"),
            "The expired_time is past": expires < time.time(),
        }
        if messages := [message for message, holds in wrong.items() if holds]:
            return _refuse(400, messages[0])
        number = f"DEVT0001{next(self._numbers):08}"
        order = self.orders[name] = Order(
            name,
            amount,
            values["method"],
            values.get("callback_url", ""),
            values.get("return_url", ""),
            number,
            expires,
        )
        url = f"http://{request.headers['host']}/checkout/{order.number}"
        made = {**self._detail(order), "checkout_url": url}
        return Answer(200, {"success": True, "message": "", "data": made})

    async def _show(self, request, order):
        """The page to pay on; when its button is pressed, all is told at once."""
        if request.method == "GET":
            return shop.show("Tripay", order.amount, order.name)
        order.status = "PAID"
        await self.notify(order)
        query = f"tripay_reference={order.number}&tripay_merchant_ref={order.name}"
        return Answer(303, b"", {"Location": f"{order.finish}?{query}"})

    def _get_fees(self, order):
        fees = {
            f"fee_{who}": order.fee if order.payer == who else 0
            for who in ("merchant", "customer")
        }
        received = order.amount - fees["fee_merchant"]
        return {**fees, "total_fee": order.fee, "amount_received": received}

    def _detail(self, order):
        fees = self._get_fees(order)
        return {
            "reference": order.number,
            "merchant_ref": order.name,
            "payment_selection_type": "static",
            "payment_method": order.method,
            "amount": order.amount + fees["fee_customer"],
            **fees,
            "status": order.status,
            "expired_time": order.expires,
        }

    def describe(self, order, **values):
        """What a callback says of an order."""
        fees = self._get_fees(order)
        told = {
            "reference": order.number,
            "merchant_ref": order.name,
            "payment_method": order.method,
            "payment_method_code": order.method,
            "total_amount": order.amount + fees["fee_customer"],
            **fees,
            "is_closed_payment": 1,
            "status": order.status,
            "paid_at": int(time.time()),
            "note": None,
        }
        return {**told, **values}

    def sign(self, body):
        """Return the headers of a callback with this body."""
        event = {"X-Callback-Event": "payment_status"}
        return {**event, "X-Callback-Signature": self._hmac(body)}

    def _hmac(self, content):
        return hmac.new(self.private_key.encode(), content, hashlib.sha256).hexdigest()

    async def notify(self, order, times=1, forged=False, **values):
        """Tell the shop; return the HTTP statuses of its answers."""
        body = json.dumps(self.describe(order, **values)).encode()
        headers = self.sign(body + b" " if forged else body)
        return await shop.tell(order.hook, body, headers, times)


def _refuse(code, message):
    return Answer(code, {"success": False, "message": message})
