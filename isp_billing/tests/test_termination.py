from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
END = "2026-06-19 03:00:00"  # 15 of 30 days are over, its own included


@tagged("post_install", "-at_install", "isp_alone")
class TestTermination(BillingCommon):
    """The end of a service is settled at once; its day is still owed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True

    def _terminate(self, service, at=END):
        with freeze_time(at):
            self._as("admin", service)._terminate("Moved away")
        return self._get_invoices(service)[-1:]

    def test_days_paid_beyond_are_credited_and_offset(self):
        service = self._create_subscription(BEGIN)
        note = self._terminate(service)
        self.assertEqual(self._get_lines(note), [("06-20", "07-04", 100_000)])
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(service.first_invoice_id.amount_residual, 111_000)
        self.assertFalse(service.next_invoice_date)

    def test_a_credit_of_what_was_paid_stays_open(self):
        service = self._create_subscription(BEGIN)
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(service.first_invoice_id)
        note = self._terminate(service)
        self.assertEqual((note.state, note.amount_residual), ("posted", 111_000))

    def test_in_arrears_the_rest_is_invoiced(self):
        self.schedule.in_arrears = True
        service = self._create_subscription(BEGIN)
        invoice = self._terminate(service)
        self.assertEqual(self._get_lines(invoice), [("06-05", "06-19", 100_000)])

    def test_before_the_first_billed_day_all_is_credited(self):
        service = self._create_service(
            activation_date="2026-06-10",
            billing_schedule_id=self.schedule.id,
            partner_id=self.subscriber.id,
            installation_fee=250_000,
            restrict_before_payment=True,  # hence it is billed before its day
        )
        with freeze_time("2026-06-05 03:00:00"):
            self._activate(service)
        self.assertEqual(len(service.first_invoice_id.invoice_line_ids), 2)
        note = self._terminate(service, "2026-06-07 03:00:00")
        self.assertEqual(self._get_lines(note), [("06-10", "07-04", 166_667)])

    def test_a_run_does_not_bill_beyond_the_end(self):
        """Also when the service ended after the run had chosen it."""
        service = self._create_subscription(BEGIN)
        with freeze_time("2026-07-05 03:00:00"):
            run = self.env["isp.billing.run"].create(
                {"date": "2026-07-05", "date_started": "2026-07-05 03:00:00"}
            )
            self.assertEqual(run._fill(), 1)
        last = self._terminate(service, "2026-07-05 04:00:00")
        self.assertEqual(self._get_lines(last), [("07-05", "07-05", 6_452)])
        with freeze_time("2026-07-05 05:00:00"):
            run._bill_batch(run.line_ids.batch)
        self.assertEqual(self._get_invoices(service)[-1], last)
        self.assertEqual(run.state, "done")

    def test_days_given_back_after_the_end_are_billed_on_demand(self):
        service = self._create_subscription(BEGIN)
        self._terminate(service, "2026-07-04 03:00:00")
        with freeze_time("2026-07-06 03:00:00"):
            self._reverse(service.first_invoice_id)
            self._bill_due()
            self.assertEqual(len(self._get_invoices(service)), 2)
            self._as("admin", service).action_invoice_now()
            again = self._get_invoices(service)[-1]
            self.assertEqual(self._get_lines(again), [("06-05", "07-04", 200_000)])
            with self.assertRaises(UserError):
                self._as("admin", service).action_invoice_now()

    def test_the_last_invoice_is_shown_before(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(END):
            html = self._as("admin", service)._render_last_invoice()
        self.env.invalidate_all()
        self.assertIn("06/20/2026", html)
        self.assertEqual(service.state, "active")
        self.assertEqual(len(self._get_invoices(service)), 1)
