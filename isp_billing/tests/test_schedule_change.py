from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestScheduleChange(BillingCommon):
    """Another schedule or billing day: what is invoiced stays, the rest follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True

    def _bill_on(self, service, day):
        before = self._get_invoices(service)
        with freeze_time(f"{day} 03:00:00"):
            self._bill_due()
        return self._get_lines(self._get_invoices(service) - before)

    def _change(self, service, day="2026-06-15 03:00:00", **vals):
        with freeze_time(day):
            other = self.schedule.copy({"name": "Another", **vals})
            self._as("admin", service).billing_schedule_id = other

    def test_another_billing_day(self):
        service = self._create_subscription("2026-06-05")
        self._change(service, billing_day=20)
        self.assertEqual(str(service.next_invoice_date), "2026-07-05")
        # 5 to 19 July are 15 of the 30 days of the cycle from 20 June
        self.assertEqual(
            self._bill_on(service, "2026-07-05"), [("07-05", "07-19", 100_000)]
        )
        self.assertEqual(
            self._bill_on(service, "2026-07-20"), [("07-20", "08-19", 200_000)]
        )

    def test_a_billing_day_that_is_moved_moves_the_next_invoices(self):
        self.schedule.in_arrears = True
        service = self._create_subscription("2026-06-05")
        self.assertEqual(str(service.next_invoice_date), "2026-07-05")
        self.schedule.billing_day = 20
        self.assertEqual(str(service.next_invoice_date), "2026-06-20")
        self.assertEqual(
            self._bill_on(service, "2026-06-20"), [("06-05", "06-19", 96_774)]
        )

    def test_who_is_billed_keeps_what_the_bills_follow_from(self):
        service = self._create_subscription("2026-06-05")
        self._reverse(service.first_invoice_id)
        for name in ("billing_schedule_id", "activation_date", "partner_id"):
            with self.subTest(name=name):
                message = self._assert_refused(
                    UserError, self._as("admin", service).write, {name: False}
                )
                self.assertIn("cannot be billed without", message)

    def test_who_has_no_schedule_yet_is_previewed(self):
        """He ran before there was billing here."""
        service = self._create_subscription("2026-06-05")
        self.env.cr.execute(
            "UPDATE isp_service SET billing_schedule_id = NULL WHERE id = %s",
            [service.id],
        )
        self.env.invalidate_all()
        preview = self._as("admin", service)._render_next_invoice()
        self.assertIn("Nothing will be invoiced", preview)

    def test_from_advance_to_arrears_and_back(self):
        service = self._create_subscription("2026-06-05")
        self._change(service, in_arrears=True)
        self.assertEqual(self._bill_on(service, "2026-07-05"), [])
        self.assertEqual(
            self._bill_on(service, "2026-08-05"), [("07-05", "08-04", 200_000)]
        )
        self._change(service, "2026-08-10 03:00:00", in_arrears=False)
        self.assertEqual(
            self._bill_on(service, "2026-08-10"), [("08-05", "09-04", 200_000)]
        )

    def test_the_anniversary_of_the_31st(self):
        self.schedule.anniversary = True
        service = self._create_subscription("2027-12-31")
        for day, last in (
            ("2028-01-31", "02-28"),
            ("2028-02-29", "03-30"),
            ("2028-03-31", "04-29"),
            ("2028-04-30", "05-30"),
        ):
            with self.subTest(day=day):
                self.assertEqual(str(service.next_invoice_date), day)
                self.assertEqual(
                    self._bill_on(service, day), [(day[5:], last, 200_000)]
                )

    def test_the_first_period(self):
        expected = {
            "prorated": [("06-20", "07-04", 100_000)],
            "full": [("06-20", "07-04", 200_000)],
            "free": [],
        }
        for first_period, lines in expected.items():
            with self.subTest(first_period=first_period):
                self.schedule.first_period = first_period
                service = self._create_subscription(
                    "2026-06-20", username=f"u{first_period}"
                )
                invoice = service.first_invoice_id
                self.assertEqual(self._get_lines(invoice), lines)
                self.assertEqual(str(service.next_invoice_date), "2026-07-05")
                self.assertEqual(
                    self._bill_on(service, "2026-07-05"),
                    [("07-05", "08-04", 200_000)],
                )

    def test_a_change_of_price_in_a_full_first_period(self):
        self.schedule.first_period = "full"
        service = self._create_subscription("2026-06-20")
        with freeze_time("2026-06-30 03:00:00"):
            self._as("admin", service)._change_price(300_000)
        # 30 June to 4 July: 5 of the 15 days that the whole price pays for
        self.assertEqual(
            self._bill_on(service, "2026-07-05"),
            [
                ("06-30", "07-04", -66_667),
                ("06-30", "07-04", 100_000),
                ("07-05", "08-04", 300_000),
            ],
        )

    def test_restricted_with_nothing_to_pay_yet_is_open(self):
        self.schedule.in_arrears = True
        service = self._create_subscription("2026-06-05", restrict_before_payment=True)
        self.assertFalse(service.first_invoice_id)
        self.assertEqual(service.access, "open")

    def test_a_new_begin_before_anything_was_invoiced(self):
        self.schedule.in_arrears = True
        service = self._create_subscription("2026-06-05")
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", service)._change_price(300_000)
            self._as("admin", service).activation_date = "2026-06-15"
        self.assertEqual(
            self._bill_on(service, "2026-07-05"), [("06-15", "07-04", 200_000)]
        )
