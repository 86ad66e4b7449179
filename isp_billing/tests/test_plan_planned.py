from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon

BEGIN = "2026-06-05"
NOW = "2026-06-20 03:00:00"
CHANGES = "odoo.addons.isp_base.models.isp_service_plan_change"


@tagged("post_install", "-at_install")
class TestPlanPlanned(BillingCommon):
    """What a change of plan on a day to come costs, to the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.other_plan.write({"list_price": 300_000, "taxes_id": cls.tax.ids})
        cls.service = cls._create_subscription(BEGIN)

    def _plan(self, day):
        with freeze_time(NOW):
            service = self._as("admin", self.service)
            service._plan_change(self.other_plan, date.fromisoformat(day))

    def _preview(self, when, day=False):
        with freeze_time(NOW):
            wizard = self._as("admin", self.env["isp.service.plan"]).create(
                {
                    "service_id": self.service.id,
                    "plan_id": self.other_plan.id,
                    "when": when,
                    "date": day,
                }
            )
            wizard.action_preview()
        self.env.invalidate_all()
        return wizard

    def _bill_at(self, day):
        before = self._get_invoices(self.service)
        with freeze_time(f"{day} 03:00:00"):
            self._bill_due()
        return self._get_invoices(self.service) - before

    def _assert_shown(self, preview, moves):
        for line in moves.invoice_line_ids:
            self.assertIn(line.name, preview)
            self.assertIn(f"{line.price_subtotal:,.0f}", preview)

    def test_from_the_next_period_on_nothing_is_given_back(self):
        wizard = self._preview("period")
        self.assertEqual(self.service.plan_id, self.plan, "only shown")
        with freeze_time(NOW):
            self.assertEqual(str(wizard.period_date), "2026-07-05")
            wizard.action_apply()
        moves = self._bill_at("2026-07-05")
        self.assertEqual(self._get_lines(moves), [("07-05", "08-04", 300_000)])
        self._assert_shown(wizard.preview, moves)
        self.assertEqual(self.service.plan_id, self.other_plan, "done by the bill")

    def test_on_a_day_within_a_period_that_is_billed_before_it(self):
        wizard = self._preview("date", "2026-07-20")
        with freeze_time(NOW):
            wizard.action_apply()
        self.assertEqual(
            self._get_lines(self._bill_at("2026-07-05")), [("07-05", "08-04", 200_000)]
        )
        with freeze_time("2026-07-20 03:00:00"):
            self.service._apply_planned()
        moves = self._bill_at("2026-08-05")
        self.assertEqual(
            self._get_lines(moves),
            [
                ("07-20", "08-04", -103_226),
                ("07-20", "08-04", 154_839),
                ("08-05", "09-04", 300_000),
            ],
        )
        self._assert_shown(wizard.preview, moves)

    def test_in_arrears_each_day_has_the_price_of_its_plan(self):
        self.schedule.in_arrears = True
        self._plan("2026-07-01")
        with freeze_time("2026-07-01 03:00:00"):
            self.service._apply_planned()
        self.assertEqual(self.service.plan_id, self.other_plan)
        lines = self._get_lines(self._bill_at("2026-08-05"))
        self.assertIn(("07-05", "08-04", 300_000), lines)
        self.assertIn(("07-01", "07-04", 40_000), lines)

    def test_the_preview_of_the_next_invoice_knows_what_is_planned(self):
        self._plan("2026-07-05")
        with freeze_time(NOW):
            preview = self._as("admin", self.service)._render_next_invoice()
        self.assertIn("300,000", preview)
        self.assertNotIn("200,000", preview)

    def test_looking_keeps_nothing(self):
        rows = self.service.period_ids.sorted("id")
        dates = rows.mapped("write_date")
        self._preview("date", "2026-09-20")
        self.assertEqual(self.service.period_ids.sorted("id"), rows)
        self.assertEqual(rows.mapped("write_date"), dates)
        self.assertEqual(len(self._get_invoices(self.service)), 1)
        self.assertFalse(self.service.next_plan_id)

    def test_what_cannot_be_changed_is_billed_at_the_old_price(self):
        self._plan("2026-07-05")
        self.other_plan.is_internet_plan = False
        with mute_logger(CHANGES):
            moves = self._bill_at("2026-07-05")
        self.assertEqual(self._get_lines(moves), [("07-05", "08-04", 200_000)])
        kinds = self.service.activity_ids.activity_type_id
        self.assertIn(self.env.ref("isp_base.mail_activity_plan_change"), kinds)
