from freezegun import freeze_time

from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
NEXT = "2026-07-05 03:00:00"


@tagged("post_install", "-at_install")
class TestIsolationCharge(BillingCommon):
    """What an isolated service is charged, as its schedule says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True

    def _isolate(self, service, start, end=None):
        with freeze_time(start):
            self._as("admin", service)._suspend("manual")
        if end:
            with freeze_time(end):
                self._as("admin", service).action_restore()

    def _get_next(self, service, at=NEXT):
        before = self._get_invoices(service)
        with freeze_time(at):
            self._bill_due()
        return self._get_lines(self._get_invoices(service) - before)

    def test_full_price_as_if_it_were_open(self):
        self.schedule.isolated_charge = "full"
        service = self._create_subscription(BEGIN)
        self._isolate(service, "2026-06-10 03:00:00")
        self.assertEqual(self._get_next(service), [("07-05", "08-04", 200_000)])

    def test_by_days_credits_whole_days(self):
        self.schedule.isolated_charge = "days"
        service = self._create_subscription(BEGIN)
        # from 9 June 10:00 to 13 June 10:00 in Jakarta: 10, 11 and 12 June
        self._isolate(service, "2026-06-09 03:00:00", "2026-06-13 03:00:00")
        # 20 June 00:00 to 21 June 00:00
        self._isolate(service, "2026-06-19 17:00:00", "2026-06-20 17:00:00")
        # a minute is missing to 26 June
        self._isolate(service, "2026-06-25 17:01:00", "2026-06-26 17:00:00")
        self.assertEqual(
            self._get_next(service),
            [
                ("06-10", "06-12", -20_000),
                ("06-20", "06-20", -6_667),
                ("07-05", "08-04", 200_000),
            ],
        )
        self.assertEqual(
            self._get_next(service, "2026-08-05 03:00:00"),
            [("08-05", "09-04", 200_000)],
            "once",
        )

    def test_by_days_leaves_single_charges(self):
        self.schedule.isolated_charge = "days"
        service = self._create_subscription(BEGIN, installation_fee=250_000)
        self._isolate(service, "2026-06-04 16:00:00", "2026-06-06 03:00:00")
        self.assertEqual(
            self._get_next(service),
            [("06-05", "06-05", -6_667), ("07-05", "08-04", 200_000)],
        )

    def test_nothing_new_while_it_is_isolated(self):
        service = self._create_subscription(BEGIN)
        self._isolate(service, "2026-07-01 03:00:00", "2026-07-10 03:00:00")
        self.assertEqual(
            self._get_next(service, "2026-07-10 04:00:00"),
            [("07-10", "08-04", 167_742)],
            "what was invoiced until 4 July stays",
        )

    def test_nothing_is_invoiced_before_it_is_restored(self):
        for policy in ("nothing", "days"):
            with self.subTest(policy=policy):
                self.schedule.isolated_charge = policy
                service = self._create_subscription(BEGIN, username=f"u{policy}")
                self._isolate(service, "2026-07-01 03:00:00")
                self.assertEqual(self._get_next(service), [])

    def test_in_arrears_the_open_days_are_charged(self):
        for policy in ("nothing", "days"):
            with self.subTest(policy=policy):
                self.schedule.write({"isolated_charge": policy, "in_arrears": True})
                service = self._create_subscription(BEGIN, username=f"u{policy}")
                self._isolate(service, "2026-06-14 17:00:00", "2026-06-24 17:00:00")
                self.assertEqual(
                    self._get_next(service),
                    [("06-05", "06-14", 66_667), ("06-25", "07-04", 66_666)],
                )

    def test_days_given_back_are_not_invoiced_days(self):
        service = self._create_subscription(BEGIN)
        self._isolate(service, "2026-06-14 17:00:00", "2026-06-24 17:00:00")
        with freeze_time("2026-06-26 03:00:00"):
            self._reverse(service.first_invoice_id)
        self.assertEqual(
            self._get_next(service),
            [
                ("06-05", "06-14", 66_667),
                ("06-25", "07-04", 66_666),
                ("07-05", "08-04", 200_000),
            ],
        )

    def test_termination_of_an_isolated_service(self):
        service = self._create_subscription(BEGIN)
        self._isolate(service, "2026-06-30 17:00:00")
        with freeze_time("2026-07-10 03:00:00"):
            self._as("admin", service)._terminate("Never paid")
        last = self._get_invoices(service)[-1]
        self.assertEqual(last, service.first_invoice_id, "it was isolated since")
