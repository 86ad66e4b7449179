import hashlib
import re
import secrets

import psycopg2
from werkzeug.exceptions import Forbidden

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import consteq, float_round
from odoo.tools.urls import urljoin

from odoo.addons.payment.logging import get_payment_logger

from .. import const
from ..controllers.main import RETURN

_logger = get_payment_logger(__name__)
SIGNED = ("order_id", "status_code", "gross_amount")


class PaymentTransaction(models.Model):
    """A payment by Midtrans: an order there has the reference of the transaction."""

    _inherit = "payment.transaction"

    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Midtrans takes few characters, and each name once: also when a request is
        done again, or a database was restored."""
        if provider_code == "midtrans":
            prefix = prefix or self.sudo()._compute_reference_prefix(
                separator, **kwargs
            )
            prefix = re.sub(r"[^A-Za-z0-9._~-]", "-", prefix or "tx")
            ending = f"{separator}{secrets.token_hex(4)}"
            longest = const.LONGEST_ORDER - len(ending) - len("-999")
            prefix = prefix[:longest] + ending
        return super()._compute_reference(
            provider_code, prefix=prefix, separator=separator, **kwargs
        )

    # The way to Midtrans

    def _get_specific_rendering_values(self, processing_values):
        values = super()._get_specific_rendering_values(processing_values)
        if self.provider_code != "midtrans":
            return values
        order = self._isp_prepare_midtrans_order()
        try:
            answer = self._send_api_request("POST", "snap/v1/transactions", json=order)
        except ValidationError as error:
            self._set_error(str(error))
            return {}
        return {"api_url": answer["redirect_url"]}

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

    def _isp_get_whole_rupiah(self):
        return int(float_round(abs(self.amount), 0, rounding_method="DOWN"))

    # What Midtrans says

    def _isp_check_midtrans_signature(self, told):
        """:raises Forbidden: when Midtrans has not signed what it is said to tell"""
        self.ensure_one()
        key = self.provider_id._isp_get_secret("isp_midtrans_server_key")
        text = "".join(str(told.get(name, "")) for name in SIGNED) + key
        right = hashlib.sha512(text.encode()).hexdigest()
        given = str(told.get("signature_key", ""))
        if not key or not consteq(right.encode(), given.encode()):
            _logger.warning("Forged notification about %s.", self.reference)
            raise Forbidden

    def _isp_follow_midtrans(self):
        """Ask Midtrans how this order is, and follow.

        :raises ValidationError: when it does not say
        """
        self.ensure_one()
        answer = self._send_api_request("GET", f"v2/{self.reference}/status")
        if answer.get("order_id") != self.reference:
            message = answer.get("status_message") or ""
            raise ValidationError(self.env._("Midtrans refuses: %s", message))
        self._process("midtrans", answer)

    def _isp_post_process_midtrans(self):
        """Book what was told now, not when the customer looks, or the cron comes. When
        it cannot be booked, that was told all the same, and the cron tries again."""
        for tx in self | self.child_transaction_ids:
            if tx.is_post_processed or tx.state == "draft":
                continue
            try:
                with self.env.cr.savepoint():
                    tx._post_process()
            except psycopg2.OperationalError:
                raise  # the whole request is done again
            except Exception:
                _logger.exception("%s was not booked.", tx.reference)

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

    def _apply_updates(self, payment_data):
        if self.provider_code != "midtrans":
            return super()._apply_updates(payment_data)
        # Odoo refuses a wrong amount only until the transaction is in error by it.
        if self._extract_amount_data(payment_data)["amount"] != (
            self._isp_get_whole_rupiah()
        ):
            return None
        self.provider_reference = payment_data.get("transaction_id")
        self._isp_apply_midtrans_status(payment_data)

    def _isp_apply_midtrans_status(self, payment_data):
        status = payment_data.get("transaction_status")
        fraud = payment_data.get("fraud_status") or "accept"
        if status in ("capture", "settlement") and fraud != "accept":
            status = "pending" if fraud == "challenge" else "deny"
        match status:
            case "capture" | "settlement":
                self._isp_note_midtrans_paid()
            case "pending" | "authorize":
                self._isp_note_midtrans_pending(fraud)
            case "expire" | "cancel" | "chargeback":
                back = () if status == "expire" else ("done",)
                self._set_canceled(extra_allowed_states=("error", *back))
            case "deny" | "failure":
                message = self.env._("The payment was refused. Please try again.")
                self._set_error(message)
            case "refund" | "partial_refund":
                self._isp_note_midtrans_paid()
                self._isp_note_midtrans_refunds(payment_data.get("refunds") or [])
            case _:
                _logger.info("%s: %s changes nothing.", self.reference, status)

    def _isp_note_midtrans_paid(self):
        """Money that is there counts, also when it comes after all hope was lost."""
        if self.state != "done":
            self._set_done(extra_allowed_states=("cancel",))

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
