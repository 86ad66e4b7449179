from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
NEXT = "2026-07-05 03:00:00"


@tagged("post_install", "-at_install")
class TestCharges(BillingCommon):
    """Further charges of a service: once, each month, percent of the plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.product = cls.env["product.product"].create(
            {
                "name": "Static address",
                "type": "service",
                "list_price": 30_000,
                "taxes_id": cls.tax.ids,
            }
        )
        cls.service = cls._create_subscription(BEGIN)

    def _add(self, role="admin", **vals):
        return self._as(role, self.env["isp.service.charge"]).create(
            {
                "service_id": self.service.id,
                "product_id": self.product.id,
                "date_from": "2026-06-20",
                **vals,
            }
        )

    @freeze_time("2026-06-20 17:30:00")
    def test_it_begins_today_where_the_company_is(self):
        self.admin.tz = "America/New_York"
        charges = self._as("admin", self.env["isp.service.charge"])
        begin = charges.default_get(["date_from"])["date_from"]
        self.assertEqual(begin, date(2026, 6, 21))

    def _get_charged(self, charge, at=NEXT):
        """Return the lines of this charge on the next invoice and the credit note
        beside it."""
        before = self._get_invoices(self.service)
        with freeze_time(at):
            self._bill_due()
        moves = self._get_invoices(self.service) - before
        lines = moves.invoice_line_ids.filtered(lambda x: x.isp_charge_id == charge)
        return sorted(
            (
                str(x.isp_date_from)[5:],
                str(x.isp_date_to)[5:],
                x.price_unit * (-1 if x.move_type == "out_refund" else 1),
            )
            for x in lines
        )

    def test_name_price_and_taxes_come_with_the_product(self):
        charge = self._add()
        self.assertEqual(
            (charge.name, charge.price, charge.tax_ids),
            ("Static address", 30_000, self.tax),
        )

    def test_another_product_brings_its_own(self):
        rent = self.env["product.product"].create(
            {"name": "Rent of the ONU", "list_price": 50_000, "taxes_id": False}
        )
        charge = self._add(price=20_000)
        self.assertEqual(charge.price, 20_000, "agreed with him")
        charge.product_id = rent
        self.assertEqual(
            (charge.name, charge.price, charge.tax_ids),
            ("Rent of the ONU", 50_000, self.tax.browse()),
        )

    def test_once_is_charged_once(self):
        charge = self._add(kind="once", price=75_000)
        self.assertEqual(self._get_charged(charge), [("06-20", "06-20", 75_000)])
        self.assertEqual(self._get_charged(charge, "2026-08-05 03:00:00"), [])

    def test_once_waits_for_its_day(self):
        charge = self._add(kind="once", date_from="2026-07-20")
        with freeze_time("2026-07-05 03:00:00"):
            self.schedule.in_arrears = True
        self.assertEqual(self._get_charged(charge), [])

    def test_monthly_by_days_until_its_end(self):
        charge = self._add(date_to="2026-07-14")
        self.assertEqual(
            self._get_charged(charge),
            [("06-20", "07-04", 15_000), ("07-05", "07-14", 9_677)],
        )
        self.assertEqual(self._get_charged(charge, "2026-08-05 03:00:00"), [])

    def test_from_a_day_in_the_past(self):
        charge = self._add(date_from="2026-01-01")
        self.assertEqual(
            self._get_charged(charge),
            [("06-05", "07-04", 30_000), ("07-05", "08-04", 30_000)],
            "not before the service began",
        )

    def test_percent_discount(self):
        charge = self._add(kind="percent", percent=-10, date_from="2026-07-05")
        self.assertEqual(self._get_charged(charge), [("07-05", "08-04", -20_000)])
        move = self._get_invoices(self.service)[-1]
        self.assertEqual(move.amount_untaxed, 180_000)

    def test_percent_of_past_days_is_that_of_their_price(self):
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._change_price(100_000)
        charge = self._add(kind="percent", percent=10, date_from="2026-06-05")
        self.assertEqual(
            self._get_charged(charge),
            [
                ("06-05", "06-19", 10_000),
                ("06-20", "07-04", 5_000),
                ("07-05", "08-04", 10_000),
            ],
        )

    def test_percent_has_limits(self):
        for percent in (0, -101, 101):
            with self.subTest(percent=percent):
                self._assert_refused(
                    ValidationError, self._add, kind="percent", percent=percent
                )

    def test_what_is_invoiced_does_not_change(self):
        charge = self._add()
        self._get_charged(charge)
        other = self.product.copy()
        for vals in (
            {"price": 1},
            {"kind": "once"},
            {"product_id": other.id},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(UserError, charge.write, vals)
        self._assert_refused(UserError, charge.unlink)

    def test_what_is_not_invoiced_may_change(self):
        charge = self._add()
        charge.price = 60_000
        self.assertEqual(self._get_charged(charge)[0], ("06-20", "07-04", 30_000))
        other = self._add()
        other.unlink()
        self.assertFalse(other.exists())

    def test_an_earlier_end_credits_the_days_after_it(self):
        charge = self._add()
        self._get_charged(charge)
        with freeze_time("2026-07-10 03:00:00"):
            self._as("admin", charge).date_to = "2026-07-19"
        self.assertEqual(
            self._get_charged(charge, "2026-08-05 03:00:00"),
            [("07-20", "08-04", -15_484)],
        )

    def test_a_later_begin_credits_the_days_before_it(self):
        charge = self._add()
        self._get_charged(charge)
        self._as("admin", charge).date_from = "2026-06-25"
        self.assertEqual(
            self._get_charged(charge, "2026-08-05 03:00:00"),
            [("06-20", "06-24", -5_000), ("08-05", "09-04", 30_000)],
        )

    def test_who_may_add_one(self):
        for role in ("sales", "technician", "engineer", "warehouse", "portal"):
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._add, role)
        for role in ("admin", "accountant"):
            with self.subTest(role=role):
                self.assertTrue(self._add(role))
