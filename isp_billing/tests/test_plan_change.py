from freezegun import freeze_time

from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"  # a billing day: the cycle has 30 days
CHANGE = "2026-06-20 03:00:00"  # 15 of them are left
NEXT = "2026-07-05 03:00:00"


@tagged("post_install", "-at_install")
class TestPlanChange(BillingCommon):
    """Days from a change of plan or price on are credited and charged anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.other_plan.write({"list_price": 300_000, "taxes_id": cls.tax.ids})
        cls.product = cls.env["product.product"].create(
            {"name": "Static address", "type": "service", "taxes_id": False}
        )

    def _add_charge(self, service, **vals):
        return self._as("admin", self.env["isp.service.charge"]).create(
            {
                "service_id": service.id,
                "product_id": self.product.id,
                "date_from": service.activation_date,
                **vals,
            }
        )

    def _change(self, service, plan, at=CHANGE):
        with freeze_time(at):
            self._as("admin", service)._change_plan(plan)

    def _get_next(self, service, at=NEXT):
        before = self._get_invoices(service)
        with freeze_time(at):
            self._bill_due()
        return self._get_invoices(service) - before

    def test_an_upgrade_is_settled_with_the_next_invoice(self):
        service = self._create_subscription(BEGIN)
        self._change(service, self.other_plan)
        self.assertEqual(len(self._get_invoices(service)), 1, "nothing at once")
        self.assertEqual(str(service.next_invoice_date), "2026-07-05")
        self.assertEqual(
            self._get_lines(self._get_next(service)),
            [
                ("06-20", "07-04", -100_000),
                ("06-20", "07-04", 150_000),
                ("07-05", "08-04", 300_000),
            ],
        )

    def test_m9_what_is_credited_is_a_credit_note_of_its_own(self):
        service = self._create_subscription(BEGIN)
        self._pay(service.first_invoice_id)
        self.other_plan.list_price = 100_000
        self._change(service, self.other_plan)
        with freeze_time(CHANGE):
            self._as("admin", service).action_invoice_now()
        invoice, note = self._get_invoices(service)[1:]
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual(note.amount_untaxed, 100_000)
        self.assertFalse(note.isp_isolation_date)
        self.assertEqual(invoice.amount_untaxed, 50_000)
        self.assertEqual(invoice.payment_state, "reversed", "paid by the credit note")
        self.assertFalse(invoice._isp_is_credited())
        self.assertEqual(note.amount_residual, 55_500)
        self.assertEqual(
            self._get_lines(self._get_next(service)), [("07-05", "08-04", 100_000)]
        )

    def test_two_changes_of_one_day_are_one(self):
        service = self._create_subscription(BEGIN)
        self._change(service, self.other_plan)
        cheap = self._create_plan("Home 5", 5, 5, list_price=120_000)
        cheap.taxes_id = self.tax
        self._change(service, cheap, "2026-06-20 09:00:00")
        self.assertEqual(
            self._get_lines(self._get_next(service))[:2],
            [("06-20", "07-04", -100_000), ("06-20", "07-04", 60_000)],
        )

    def test_in_arrears_the_days_before_keep_their_price(self):
        self.schedule.in_arrears = True
        service = self._create_subscription(BEGIN)
        self.assertFalse(self._get_invoices(service))
        self._change(service, self.other_plan)
        self.assertEqual(
            self._get_lines(self._get_next(service)),
            [("06-05", "06-19", 100_000), ("06-20", "07-04", 150_000)],
        )

    def test_percent_of_the_plan_follows_its_price_and_months_stay(self):
        service = self._create_subscription(BEGIN)
        with freeze_time("2026-06-05 04:00:00"):
            discount = self._add_charge(service, kind="percent", percent=-10)
            rent = self._add_charge(service, kind="monthly", price=30_000)
            self._as("admin", service).action_invoice_now()
        self._change(service, self.other_plan)
        lines = self._get_next(service).sorted("move_type").invoice_line_ids
        self.assertEqual(
            lines.filtered(lambda x: x.isp_charge_id == discount).mapped("price_unit"),
            [-15_000, -30_000, -10_000],
            "the last one in the credit note",
        )
        self.assertEqual(
            lines.filtered(lambda x: x.isp_charge_id == rent).mapped("price_unit"),
            [30_000],
        )

    def test_an_own_price_counts_from_its_day_on(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(CHANGE):
            self._as("admin", service)._change_price(180_000)
        self.assertEqual(
            self._get_lines(self._get_next(service)),
            [
                ("06-20", "07-04", -100_000),
                ("06-20", "07-04", 90_000),
                ("07-05", "08-04", 180_000),
            ],
        )

    def test_a_new_list_price_counts_from_its_day_on(self):
        self.schedule.in_arrears = True
        service = self._create_subscription(BEGIN)
        with freeze_time(CHANGE):
            self.plan.list_price = 240_000
        self.assertEqual(
            self._get_lines(self._get_next(service)),
            [("06-05", "06-19", 100_000), ("06-20", "07-04", 120_000)],
        )

    def test_a_new_list_price_leaves_what_is_invoiced(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(CHANGE):
            self.plan.list_price = 240_000
        self.assertEqual(
            self._get_lines(self._get_next(service)), [("07-05", "08-04", 240_000)]
        )

    def test_prices_of_a_price_list_with_dates(self):
        feature = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += feature
        self.schedule.in_arrears = True
        self.subscriber.property_product_pricelist = self.env[
            "product.pricelist"
        ].create(
            {
                "name": "Summer",
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "compute_price": "fixed",
                            "fixed_price": 150_000,
                            "date_start": "2026-06-14 17:00:00",
                            "date_end": "2026-06-24 16:59:59",
                        },
                    )
                ],
            }
        )
        service = self._create_subscription(BEGIN)
        self.assertEqual(
            self._get_lines(self._get_next(service)),
            [
                ("06-05", "06-14", 66_667),
                ("06-15", "06-24", 50_000),
                ("06-25", "07-04", 66_666),
            ],
            "and the sum is exact",
        )

    def test_a_preview_says_what_will_be_invoiced_and_changes_nothing(self):
        service = self._create_subscription(BEGIN)
        self.env.flush_all()
        rows = service.period_ids.sorted("id").mapped("write_date")
        with freeze_time(CHANGE):
            wizard = self._as("admin", self.env["isp.service.plan"]).create(
                {"service_id": service.id, "plan_id": self.other_plan.id}
            )
            dialog = wizard.action_preview()
        self.assertEqual(dialog["name"], service.action_change_plan()["name"])
        self.assertEqual(dialog["res_id"], wizard.id)
        self.env.invalidate_all()
        self.assertEqual(service.plan_id, self.plan)
        self.assertEqual(service.period_ids.sorted("id").mapped("write_date"), rows)
        self.assertEqual(len(self._get_invoices(service)), 1)
        self._change(service, self.other_plan)
        moves = self._get_next(service)
        for line in moves.invoice_line_ids:
            self.assertIn(line.name, wizard.preview)
        invoice = moves.filtered(lambda move: move.move_type == "out_invoice")
        total = f"{invoice.amount_total:,.0f}"
        self.assertIn(
            total, wizard.preview.replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")
        )

    def test_several_are_shown_what_all_pay_before_and_after(self):
        """With taxes, without those whose price stays."""
        services = self.env["isp.service"].concat(
            *(self._create_subscription(BEGIN) for _number in range(3))
        )
        services[0].own_price = 100_000
        action = self._as("admin", services).action_change_plan_several()
        bulk = self._as("admin", self.env["isp.bulk"]).browse(action["res_id"])
        self.assertFalse(bulk.total)
        bulk.plan_id = self.other_plan
        bulk.action_preview()
        numbers = [text.replace(",", "") for text in bulk.total.split(" → ")]
        self.assertIn("444000", numbers[0])
        self.assertIn("666000", numbers[1])
        self.assertIn("without 1 with a price", numbers[1])
