from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon

RUN_LINE = "odoo.addons.isp_billing.models.isp_billing_run_line"


@tagged("post_install", "-at_install")
class TestLockDate(BillingCommon):
    """Books that are closed stop no invoice: it says its own date, and is booked in
    an open period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True

    def test_invoices_after_the_lock_date(self):
        service = self._create_subscription("2026-06-05")
        self.company.fiscalyear_lock_date = "2026-06-30"
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        invoice = self._get_invoices(service)[-1]
        self.assertEqual(str(invoice.invoice_date), "2026-07-05")
        self.assertEqual(str(invoice.date), "2026-07-05")

    def test_days_of_a_closed_period_are_credited_in_an_open_one(self):
        service = self._create_subscription("2026-06-05")
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", service)._change_price(100_000)
        self.company.fiscalyear_lock_date = "2026-06-30"
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        moves = self._get_invoices(service)[1:]
        self.assertEqual({str(move.date) for move in moves}, {"2026-07-05"})
        self.assertEqual(
            self._get_lines(moves),
            [
                ("06-20", "07-04", -100_000),
                ("06-20", "07-04", 50_000),
                ("07-05", "08-04", 100_000),
            ],
        )

    def test_a_lock_date_that_lies_ahead(self):
        """Nothing can be booked then: the service waits, and is billed later."""
        service = self._create_subscription("2026-06-05")
        self.company.sale_lock_date = "2026-07-31"
        with freeze_time("2026-07-05 03:00:00"), mute_logger(RUN_LINE):
            run = self._bill_due()
        self.assertIn("Lock Date", run.line_ids.error)
        self.assertEqual(len(self._get_invoices(service)), 1)
        self.company.sale_lock_date = False
        with freeze_time("2026-07-06 03:00:00"):
            self._bill_due()
        invoice = self._get_invoices(service)[-1]
        self.assertEqual(str(invoice.invoice_date), "2026-07-06")
        self.assertEqual(str(invoice.invoice_date_due), "2026-07-13")
        self.assertEqual(str(invoice.isp_isolation_date), "2026-07-17")
        self.assertEqual(self._get_lines(invoice), [("07-05", "08-04", 200_000)])
