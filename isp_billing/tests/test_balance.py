from freezegun import freeze_time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_customer_money import MoneyCommon
from .test_dunning_terms import DebtCommon

RUN_LINE = "odoo.addons.isp_billing.models.isp_billing_run_line"


@tagged("post_install", "-at_install")
class TestBalance(DebtCommon):
    """A service says what its subscriber owes or has, and until when it is paid."""

    def _read(self, role="sales"):
        self.env.invalidate_all()
        service = self._as(role, self.service)
        until = service.paid_until
        return service.balance, until and until.isoformat(), service.balance_text

    def test_who_owes(self):
        balance, until, text = self._read()
        self.assertEqual((balance, until), (111_000, False))
        self.assertIn("Owes", text)

    def test_who_has_money_with_us(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, 333_000)
        balance, until, text = self._read()
        self.assertEqual((balance, until), (-222_000, "2026-07-04"))
        self.assertRegex(text, "Has .*222.*000.* with us · paid until")

    def test_who_paid_the_first_month_only(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice)
        self._bill("2026-07-05")
        self.assertEqual(self._read()[:2], (111_000, "2026-07-04"))

    def test_who_owes_what_has_no_days(self):
        """An opening balance names no day until which anything is paid."""
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice)
            opening = self.env["account.move"].create(
                self.service._prepare_opening_move(
                    {"balance": 50_000, "balance_due": False},
                    self.company._get_isp_today(),
                )
            )
            opening._post(soft=False)
        balance, until, text = self._read()
        self.assertEqual((balance, until), (50_000, False))
        self.assertNotIn("paid until", text)
        with freeze_time("2026-06-07 03:00:00"):
            self._pay(opening)
        self.assertEqual(self._read()[:2], (0, "2026-07-04"))

    def test_of_many_services_at_once(self):
        with freeze_time("2026-06-05 03:00:00"):
            services = self.service
            for _number in range(3):
                services |= self._create_subscription("2026-06-05", partner_id=False)
        self.env.flush_all()
        self.env.invalidate_all()
        self.service.balance  # noqa: B018
        before = self.env.cr.sql_log_count
        self.env.invalidate_all()
        self.service.balance  # noqa: B018
        one = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        services.mapped("balance")
        self.assertLessEqual(self.env.cr.sql_log_count - before, one + 1)


@tagged("post_install", "-at_install")
class TestNothingToPay(MoneyCommon):
    """M20: who pays nothing gets no invoice of nothing, and no price is ignored."""

    def test_no_invoice_of_nothing(self):
        self.plan.list_price = 0
        self.service = self._create_subscription("2026-06-05")
        for month in (7, 8):
            with freeze_time(f"2026-{month:02d}-05 03:00:00"):
                self._bill_due()
        self.assertFalse(self._get_invoices(self.service))
        self.assertEqual(set(self.service.period_ids.mapped("kind")), {"free"})
        self.assertEqual(self.service.billed_until.isoformat(), "2026-09-04")

    def test_days_that_cost_something_later_are_charged(self):
        self.plan.list_price = 0
        self.service = self._create_subscription("2026-06-05")
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._change_price(300_000)
        invoice = self._bill("2026-07-05")
        self.assertEqual(
            self._get_lines(invoice),
            [("06-20", "07-04", 150_000), ("07-05", "08-04", 300_000)],
        )

    def test_a_price_list_in_another_currency_is_an_error(self):
        feature = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += feature
        self.service = self._create_subscription("2026-06-05")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        partner = self.subscriber.with_company(self.company)
        partner.specific_property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Agreed in dollars", "currency_id": dollar.id})
        with freeze_time("2026-07-05 03:00:00"), mute_logger(RUN_LINE):
            self._bill_due()
        self.assertIn("Agreed in dollars", self.service.billing_error)
        self.assertTrue(self.service.activity_ids)


@tagged("post_install", "-at_install")
class TestBalanceInPortal(DebtCommon, HttpCase):
    def test_he_reads_what_he_has(self):
        user = self.env["res.users"].create(
            {
                "name": "Balance reader",
                "login": "balance.reader",
                "password": "balance.reader",
                "partner_id": self.subscriber.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, 333_000)
        self.authenticate(user.login, user.login)
        page = self.url_open(f"/my/services/{self.service.id}").text
        self.assertIn("You have with us", page)
        self.assertRegex(page, r"222[.,]000")
        self.assertIn("Paid until", page)
