from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.isp_billing.tests.test_invoice_report import NOW, InvoiceReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestStampDuty(InvoiceReportCommon):
    def test_above_five_million_there_is_a_stamp(self):
        for amount, duty in ((5_000_000, 0), (5_000_001, 10_000)):
            payment = self._as("accountant", self.env["account.payment"]).create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.subscriber.id,
                    "amount": amount,
                }
            )
            payment.action_post()
            self.assertEqual(payment._isp_get_stamp_duty(), duty)
        reports = self._as("accountant", self.env["ir.actions.report"])
        for name in ("isp_receipt_report", "isp_receipt_roll_report"):
            pdf = reports._render_qweb_pdf(f"isp_billing.{name}", payment.ids)[0]
            self.assertIn("Stamp duty Rp 10,000", self._extract(pdf))
