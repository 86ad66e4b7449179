from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BillingCommon

REPORTS = (
    "isp.money.report",
    "isp.owner.report",
    "isp.payment.speed.report",
    "isp.receivable.report",
    "isp.recurring.report",
)
BILL = 222_000


@tagged("post_install", "-at_install", "isp_alone")
class TestReports(BillingCommon):
    """What the reports say, against the ledger and what was agreed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls.env["isp.area"].create({"name": "Report Area", "code": "RPA"})
        cls.near = cls._create_subscription("2026-03-05")
        cls.other = cls._create_subscription("2026-05-05", area_id=cls.far.id)
        cls.cash = cls.env["account.journal"].create(
            {
                "name": "Cash of the Reports",
                "code": "CRP",
                "type": "cash",
                "company_id": cls.company.id,
            }
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        with freeze_time("2026-05-15 03:00:00"):
            cls._pay(cls.near.first_invoice_id, payment_date="2026-03-15")
            cls._pay(cls.other.first_invoice_id, 100_000, payment_date="2026-05-15")

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        frozen = freeze_time("2026-06-20 03:00:00")
        frozen.start()
        self.addCleanup(frozen.stop)

    def _read(self, model, groups, sums, domain=(), role="accountant"):
        self.env.flush_all()
        report = self._as(role, self.env[f"isp.{model}.report"])
        own = [("company_id", "=", self.company.id), *domain]
        return report._read_group(own, groups, [f"{name}:sum" for name in sums])

    # Money

    def _get_ledger(self):
        """Return {(day, account): sum} of what is on accounts of money."""
        journals = self.env["account.journal"].search(
            [
                ("type", "in", ["bank", "cash", "credit"]),
                ("company_id", "=", self.company.id),
            ]
        )
        lines = journals.inbound_payment_method_line_ids
        lines |= journals.outbound_payment_method_line_ids
        accounts = journals.default_account_id | lines.payment_account_id
        payments = self.env["account.payment"].search([])
        accounts |= payments.outstanding_account_id
        items = self.env["account.move.line"].search(
            [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return {
            key: sum(rows.mapped("balance"))
            for key, rows in items.grouped(lambda i: (i.date, i.account_id)).items()
        }

    def _book(self, *rows, day="2026-05-20"):
        """Book an entry of [(account, balance)]."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.cash.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in rows
                ],
            }
        )
        move.action_post()
        return move

    def test_money_is_the_ledger_of_each_day_and_account(self):
        cash, bank = self.cash, self.bank
        self._book((cash.default_account_id, -500), (bank.default_account_id, 500))
        receivable = self.subscriber.property_account_receivable_id
        self._book((cash.default_account_id, 7_000), (receivable, -7_000))
        rows = self._read("money", ["date:day", "account_id"], ["amount"])
        told = {(day, account): amount for day, account, amount in rows}
        self.assertEqual(told, self._get_ledger())
        self.assertTrue(told)

    def test_what_moves_between_accounts_comes_from_nobody(self):
        cash, bank = self.cash, self.bank
        self._book((cash.default_account_id, -500), (bank.default_account_id, 500))
        journals = dict(
            self._read("money", ["journal_id"], ["amount"], [("kind", "=", "moved")])
        )
        self.assertEqual(journals, {cash: -500, bank: 500})
        ways = self._read("money", ["way"], ["money_in"], [("kind", "=", "moved")])
        self.assertEqual(dict(ways), {"cash": 0, "bank": 500})

    def test_who_booked_it(self):
        receivable = self.subscriber.property_account_receivable_id
        move = self._book((self.cash.default_account_id, 7_000), (receivable, -7_000))
        domain = [("move_id", "=", move.id)]
        groups = ["user_id", "kind", "way"]
        (row,) = self._read("money", groups, ["amount"], domain)
        self.assertEqual(row, (self.env.user, "customer", "cash", 7_000))

    def test_what_came_in_stands_on_the_first_page(self):
        def read():
            self.env.flush_all()
            cards = self._as("accountant", self.env["isp.today.card"]).get_cards()
            counts = {card["id"]: card["count"] for card in cards}
            names = ("came_yesterday", "came_this_month")
            return [
                counts[self.env.ref(f"isp_billing.isp_today_card_{name}").id]
                for name in names
            ]

        yesterday, this_month = read()
        receivable = self.subscriber.property_account_receivable_id
        for day in ("2026-05-31", "2026-06-02", "2026-06-19"):
            cash = self.cash.default_account_id
            self._book((cash, 7_000), (receivable, -7_000), day=day)
            self._book((cash, -500), (receivable, 500), day=day)
        self.assertEqual(read(), [yesterday + 1, this_month + 2])

    # What is owed

    def test_receivables_are_the_ledger(self):
        self._book(
            (self.subscriber.property_account_receivable_id, -7_000),
            (self.cash.default_account_id, 7_000),
        )
        ((told,),) = self._read("receivable", [], ["amount"])
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(told, sum(lines.mapped("balance")))
        ((credit,),) = self._read(
            "receivable", [], ["amount"], [("age", "=", "5_credit")]
        )
        self.assertEqual(credit, -7_000)

    def test_each_age_from_its_first_day_to_its_last(self):
        own = [("move_id", "=", self.other.first_invoice_id.id)]  # due on 2026-05-12
        for day, age in (
            ("2026-05-12", "0_due"),
            ("2026-05-13", "1_30"),
            ("2026-06-11", "1_30"),
            ("2026-06-12", "2_60"),
            ("2026-07-11", "2_60"),
            ("2026-07-12", "3_90"),
            ("2026-08-10", "3_90"),
            ("2026-08-11", "4_more"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 03:00:00"):
                self.env.invalidate_all()
                rows = self._read("receivable", ["age"], ["amount"], own)
                self.assertEqual(rows, [(age, BILL - 100_000)])

    def test_where_it_is_owed(self):
        groups = ["area_id", "plan_id"]
        rows = self._read("receivable", groups, ["amount"], [("amount", ">", 0)])
        self.assertEqual(rows, [(self.far, self.plan, BILL - 100_000)])

    def test_how_long_they_take(self):
        rows = self._read(
            "payment.speed",
            ["area_id"],
            ["days_to_pay", "days_late", "in_time", "amount"],
        )
        self.assertEqual(rows, [(self.area, 10, 3, 0, BILL)])

    # What comes every month

    def _get_months(self, *names):
        """Return {month: [sums]} of what services bring."""
        rows = self._read("recurring", ["month:month"], names)
        return {month.month: list(sums) for month, *sums in rows}

    def test_new_changed_and_lost(self):
        with freeze_time("2026-06-10 03:00:00"):
            self.other._terminate("Moved away")
        months = self._get_months("mrr", "mrr_new", "mrr_lost", "service_count")
        self.assertEqual(
            months,
            {
                3: [200_000, 200_000, 0, 1],
                4: [200_000, 0, 0, 1],
                5: [400_000, 200_000, 0, 2],
                6: [200_000, 0, -200_000, 1],
            },
        )
        lost = [("change", "=", "lost")]
        rows = self._read("recurring", ["lost_reason"], ["mrr_lost"], lost)
        self.assertEqual(rows, [("Moved away", -200_000)])

    def test_months_add_up(self):
        with freeze_time("2026-04-10 03:00:00"):
            self.env["isp.service.charge"].create(
                {
                    "service_id": self.near.id,
                    "product_id": self._create_product("Static Address").id,
                    "price": 50_000,
                }
            )
        names = ("mrr", "mrr_new", "mrr_changed", "mrr_lost")
        months = self._get_months(*names)
        self.assertEqual(months[4], [250_000, 0, 50_000, 0])
        before = 0
        for month, (mrr, *changes) in sorted(months.items()):
            self.assertEqual(mrr, before + sum(changes), month)
            before = mrr

    def test_what_is_paused_or_charged_once_brings_nothing(self):
        self.env["isp.service.charge"].create(
            {
                "service_id": self.near.id,
                "product_id": self._create_product("Cable").id,
                "kind": "once",
                "price": 50_000,
                "date_from": "2026-04-10",
            }
        )
        self.env["isp.billing.period"].create(
            {
                "service_id": self.near.id,
                "date_from": "2026-05-20",
                "date_to": "2026-06-25",
                "kind": "paused",
            }
        )
        self.assertEqual(self._get_months("mrr")[4], [200_000])
        self.assertEqual(self._get_months("mrr")[5], [200_000], "the other one")

    def _create_product(self, name):
        product = {"name": name, "type": "service", "list_price": 50_000}
        return self.env["product.product"].create(product)

    # The sheet

    def test_the_sheet_has_the_figures_of_the_others(self):
        report = self._as("accountant", self.env["isp.owner.report"])
        rows = report.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), 12)
        sheet = {row.month: row for row in rows}
        may = sheet[date(2026, 5, 1)]
        self.assertEqual(
            (may.invoiced, may.mrr, may.service_count), (200_000, 400_000, 2)
        )
        self.assertEqual((may.new_count, may.lost_count, may.arpu), (1, 0, 200_000))
        self.assertEqual(sheet[date(2026, 3, 1)].days_to_pay, 10)
        ((owed,),) = self._read("receivable", [], ["amount"])
        self.assertEqual(sheet[date(2026, 6, 1)].receivable, owed)
        kinds = [("kind", "=", "customer")]
        money = {
            month: amount
            for month, amount in self._read("money", ["date:month"], ["amount"], kinds)
        }
        for month, row in sheet.items():
            self.assertEqual(row.received, money.get(month, 0), month)

    # Who reads them

    def test_they_are_for_those_who_keep_the_books(self):
        for name in REPORTS:
            for role in ("sales", "technician", "engineer", "warehouse", "portal"):
                with self.subTest(report=name, role=role):
                    report = self._as(role, self.env[name])
                    with self.assertRaises(AccessError):
                        report.search([])

    def test_another_company_sees_nothing(self):
        self._create_other_company(roles=("manager",))
        for name in REPORTS:
            with self.subTest(report=name):
                report = self.env[name].with_user(self.users_b["manager"])
                own = [("company_id", "=", self.company.id)]
                self.assertFalse(report.search(own))
                self.assertTrue(self._as("manager", self.env[name]).search(own))
