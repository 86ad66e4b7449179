import hashlib
import hmac
import time

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import consteq
from odoo.tools.urls import urljoin

from odoo.addons.payment.logging import get_payment_logger

from .. import const
from ..controllers.main import NOTIFICATION, RETURN

_logger = get_payment_logger(__name__)


class PaymentTransaction(models.Model):
    """A payment by Tripay, whose merchant_ref is the reference of the transaction."""

    _inherit = "payment.transaction"

    # The way to Tripay

    def _isp_order_at_gateway(self):
        if self.provider_code != "tripay":
            return super()._isp_order_at_gateway()
        order = self._isp_prepare_tripay_order()
        made = self._isp_call_tripay("POST", "transaction/create", json=order)
        self.provider_reference = made["reference"]
        return made["checkout_url"]

    def _isp_prepare_tripay_order(self):
        """Return the body of POST /transaction/create. Tripay asks for an address of
        each customer, who may have none: then it is the company's."""
        provider, amount = self.provider_id, self._isp_get_whole_rupiah()
        base = provider.get_base_url()
        signed = f"{provider.sudo().isp_tripay_merchant}{self.reference}{amount}"
        order = {
            "method": const.METHODS[self.payment_method_code],
            "merchant_ref": self.reference,
            "amount": amount,
            "customer_name": self.partner_name,
            "customer_email": self.partner_email or self.company_id.email or "",
            "customer_phone": self.partner_phone or "",
            "order_items": [
                {
                    "name": ", ".join(self.invoice_ids.mapped("name"))
                    or self.reference,
                    "price": amount,
                    "quantity": 1,
                }
            ],
            "callback_url": urljoin(base, NOTIFICATION),
            "return_url": urljoin(base, RETURN),
            "signature": self._isp_sign_for_tripay(signed.encode()),
        }
        if hours := provider.sudo().isp_tripay_hours:
            order["expired_time"] = int(time.time()) + hours * 3600
        return order

    def _isp_sign_for_tripay(self, content):
        key = self.provider_id._isp_get_secret("isp_tripay_private_key") or ""
        return (
            hmac.new(key.encode(), content, hashlib.sha256).hexdigest() if key else ""
        )

    def _isp_call_tripay(self, method, endpoint, **payload):
        """Return what Tripay answers, without what it is wrapped in.

        :raises ValidationError: when it refuses
        """
        answer = self._send_api_request(method, endpoint, **payload)
        if not answer.get("success"):
            message = answer.get("message") or ""
            raise ValidationError(self.env._("Tripay refuses: %s", message))
        return answer["data"]

    # What Tripay says

    def _isp_is_signed(self, told, body, headers):
        if self.provider_code != "tripay":
            return super()._isp_is_signed(told, body, headers)
        right = self._isp_sign_for_tripay(body)
        given = headers.get("X-Callback-Signature") or ""
        return bool(right) and consteq(right.encode(), given.encode())

    def _isp_ask_gateway(self, told):
        """An order whose answer was lost is known by what is told of it."""
        if self.provider_code != "tripay":
            return super()._isp_ask_gateway(told)
        number = self.provider_reference or told.get("reference")
        answer = self._isp_call_tripay(
            "GET", "transaction/detail", params={"reference": number}
        )
        if answer.get("merchant_ref") != self.reference:
            raise ValidationError(self.env._("Tripay tells of another order."))
        return answer

    def _extract_reference(self, provider_code, payment_data):
        if provider_code != "tripay":
            return super()._extract_reference(provider_code, payment_data)
        return payment_data.get("merchant_ref")

    def _extract_amount_data(self, payment_data):
        """What was ordered is what Tripay pays out and the fee that it keeps of it; the
        fee that the customer pays comes on top."""
        if self.provider_code != "tripay":
            return super()._extract_amount_data(payment_data)
        names = ("amount_received", "fee_merchant")
        return {
            "amount": float(sum(payment_data.get(name) or 0 for name in names)),
            "currency_code": "IDR",
            "precision_digits": 0,
        }

    def _isp_apply_told(self, payment_data):
        if self.provider_code != "tripay":
            return super()._isp_apply_told(payment_data)
        self.provider_reference = payment_data["reference"]
        status = payment_data.get("status")
        match status:
            case "PAID":
                self._isp_note_paid()
            case "UNPAID" if self.state == "draft":
                self._set_pending()
            case "EXPIRED":
                self._set_canceled(extra_allowed_states=("error",))
            case "FAILED":
                message = self.env._("The payment failed. Please try again.")
                self._set_error(message)
            case "REFUND":
                self._isp_note_paid()
                self._isp_note_refund(status, abs(self.amount), self.provider_reference)
            case _:
                _logger.info("%s: %s changes nothing.", self.reference, status)
        return None
