from odoo import models
from odoo.exceptions import ValidationError

from .. import const


class PaymentTransaction(models.Model):
    """What Midtrans gives back, asked for in Odoo or on Midtrans' own pages."""

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

    def _isp_note_midtrans_refunds(self, refunds):
        """Each refund of an order is one transaction, however often it is told.

        :param refunds: of Midtrans' answer: [{"refund_key", "refund_amount", …}]
        """
        for refund in refunds:
            name = self._isp_get_midtrans_refund_name(refund["refund_key"])
            child = self.child_transaction_ids.filtered(
                lambda tx, name=name: tx.reference == name
            )
            child = child or self._create_child_transaction(
                float(refund["refund_amount"]), is_refund=True, reference=name
            )
            if child.state != "done":
                child.provider_reference = refund.get("refund_chargeback_id")
                child._set_done(extra_allowed_states=("cancel",))

    def _isp_get_midtrans_refund_name(self, key):
        """Return the reference of a refund's transaction. A refund that was asked for
        in Odoo has it for a key: while the one who asked is not done, the database
        lets no second one in."""
        return key if key.startswith(const.REFUND) else f"{self.reference} {key}"
