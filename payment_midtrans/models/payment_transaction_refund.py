from odoo import models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    """What is given back of a payment by Midtrans, asked for in Odoo."""

    _inherit = "payment.transaction"

    def _send_refund_request(self):
        if self.provider_code != "midtrans":
            return super()._send_refund_request()
        source = self.source_transaction_id
        answer = self._send_api_request(
            "POST",
            f"v2/{source.reference}/refund",
            json={
                "refund_key": self.reference,
                "amount": self._isp_get_whole_rupiah(),
                "reason": self.reference,
            },
        )
        if str(answer.get("status_code")) != "200":
            message = answer.get("status_message") or ""
            raise ValidationError(self.env._("Midtrans refuses: %s", message))
        self.provider_reference = answer.get("refund_chargeback_id")
        self._set_done()
        return None
