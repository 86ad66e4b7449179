import hashlib

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import consteq
from odoo.tools.urls import urljoin

from odoo.addons.payment.logging import get_payment_logger

from .. import const
from ..controllers.main import RETURN

_logger = get_payment_logger(__name__)
SIGNED = ("order_id", "status_code", "gross_amount")


class PaymentTransaction(models.Model):
    """A payment by Midtrans: an order there has the reference of the transaction."""

    _inherit = "payment.transaction"

    # The way to Midtrans

    def _isp_order_at_gateway(self):
        if self.provider_code != "midtrans":
            return super()._isp_order_at_gateway()
        order = self._isp_prepare_midtrans_order()
        answer = self._send_api_request("POST", "snap/v1/transactions", json=order)
        return answer["redirect_url"]

    def _isp_prepare_midtrans_order(self):
        """Return the body of Snap's POST /snap/v1/transactions."""
        customer = {
            "first_name": self.partner_name,
            "email": self.partner_email,
            "phone": self.partner_phone,
        }
        return {
            "transaction_details": {
                "order_id": self.reference,
                "gross_amount": self._isp_get_whole_rupiah(),
            },
            "customer_details": {k: v for k, v in customer.items() if v},
            "enabled_payments": [const.METHODS[self.payment_method_code]],
            "callbacks": {"finish": urljoin(self.provider_id.get_base_url(), RETURN)},
        }

    # What Midtrans says

    def _isp_is_signed(self, told, body, headers):
        if self.provider_code != "midtrans":
            return super()._isp_is_signed(told, body, headers)
        key = self.provider_id._isp_get_secret("isp_midtrans_server_key")
        text = "".join(str(told.get(name, "")) for name in SIGNED) + key
        right = hashlib.sha512(text.encode()).hexdigest()
        given = str(told.get("signature_key", ""))
        return bool(key) and consteq(right.encode(), given.encode())

    def _isp_ask_gateway(self, told):
        if self.provider_code != "midtrans":
            return super()._isp_ask_gateway(told)
        answer = self._send_api_request("GET", f"v2/{self.reference}/status")
        if answer.get("order_id") != self.reference:
            message = answer.get("status_message") or ""
            raise ValidationError(self.env._("Midtrans refuses: %s", message))
        return answer

    def _extract_reference(self, provider_code, payment_data):
        if provider_code != "midtrans":
            return super()._extract_reference(provider_code, payment_data)
        return payment_data.get("order_id")

    def _extract_amount_data(self, payment_data):
        if self.provider_code != "midtrans":
            return super()._extract_amount_data(payment_data)
        return {
            "amount": float(payment_data.get("gross_amount") or 0),
            "currency_code": payment_data.get("currency") or "IDR",
            "precision_digits": 0,
        }

    def _isp_apply_told(self, payment_data):
        if self.provider_code != "midtrans":
            return super()._isp_apply_told(payment_data)
        self.provider_reference = payment_data.get("transaction_id")
        self._isp_apply_midtrans_status(payment_data)
        return None

    def _isp_apply_midtrans_status(self, payment_data):
        status = payment_data.get("transaction_status")
        fraud = payment_data.get("fraud_status") or "accept"
        if status in ("capture", "settlement") and fraud != "accept":
            status = "pending" if fraud == "challenge" else "deny"
        match status:
            case "capture" | "settlement":
                self._isp_note_paid()
            case "pending" | "authorize":
                self._isp_note_midtrans_pending(fraud)
            case "expire" | "cancel" | "chargeback":
                back = () if status == "expire" else ("done",)
                self._set_canceled(extra_allowed_states=("error", *back))
            case "deny" | "failure":
                message = self.env._("The payment was refused. Please try again.")
                self._set_error(message)
            case "refund" | "partial_refund":
                self._isp_note_paid()
                for refund in payment_data.get("refunds") or []:
                    self._isp_note_refund(
                        refund["refund_key"],
                        float(refund["refund_amount"]),
                        refund.get("refund_chargeback_id"),
                    )
            case _:
                _logger.info("%s: %s changes nothing.", self.reference, status)

    def _isp_note_midtrans_pending(self, fraud):
        """A refused customer may try again by another card, in the same order."""
        if self.state == "done":
            return
        message = None
        if fraud == "challenge":
            message = self.env._(
                "Midtrans suspects a fraud: accept or deny the payment there."
            )
        self._set_pending(state_message=message, extra_allowed_states=("error",))
