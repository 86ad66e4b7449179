from odoo import fields, models


class AccountPayment(models.Model):
    """What is given partly in cash and partly by transfer has one receipt."""

    _inherit = "account.payment"

    isp_taking_id = fields.Many2one(
        "isp.taking",
        "Receipt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _isp_get_receipt_payments(self):
        return super()._isp_get_receipt_payments() | self.isp_taking_id.payment_ids

    def _isp_get_receipt_number(self):
        return self.isp_taking_id.name or super()._isp_get_receipt_number()

    def _isp_tells_receipt(self):
        """The taking tells it, once, when all of it is paid."""
        return not self.isp_taking_id and super()._isp_tells_receipt()

    def _get_notice_text(self, event):
        same = event == "receipt_collected"
        return super()._get_notice_text("receipt" if same else event)
