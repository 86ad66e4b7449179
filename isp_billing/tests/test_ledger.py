from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon

BEGIN = "2026-05-01"
SECOND, THIRD, FOURTH = (f"2026-05-0{day} 03:00:00" for day in (2, 3, 4))
NEXT = "2026-06-01 03:00:00"
USED = 21_290  # 3 of 31 days of 220,000


class LedgerCommon(BillingCommon):
    """A service of 220,000 a month that is billed in advance on day 1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.plan.list_price = 220_000
        cls.other_plan.write({"list_price": 220_000, "taxes_id": cls.tax.ids})
        cls.schedule.write({"billing_day": 1, "isolated_charge": "nothing"})

    def _begin(self, **vals):
        self.service = self._create_subscription(BEGIN, **vals)
        self.invoice = self._as("accountant", self.service.first_invoice_id)

    def _edit(self, **vals):
        """The accountant sets the invoice to draft, changes its line, and posts it."""
        self.invoice.button_draft()
        line = self.invoice.invoice_line_ids
        self.invoice.write({"invoice_line_ids": [(1, line.id, vals)]})
        self.invoice.action_post()

    def _credit(self, share=1.0, at=SECOND, move=None, days=(), **vals):
        with freeze_time(at):
            note = self._reverse(move or self.invoice, post=False, **vals)
            for line in note.invoice_line_ids:
                line.price_unit = line.currency_id.round(line.price_unit * share)
                if days:
                    line.isp_date_from, line.isp_date_to = days
            note.action_post()
        return note

    def _forgive(self, share=1.0, **vals):
        return self._credit(share, isp_days_stay_settled=True, **vals)

    def _terminate(self, at=THIRD):
        with freeze_time(at):
            self._as("admin", self.service)._terminate("Moved away")

    def _change_plan(self, at=THIRD, plan=None):
        with freeze_time(at):
            self._as("admin", self.service)._change_plan(plan or self.other_plan)

    def _bill(self, at=NEXT):
        with freeze_time(at):
            self._bill_due()

    def _get_net(self):
        posted = self._get_invoices(self.service).filtered(
            lambda move: move.state == "posted"
        )
        return sum(posted.mapped("amount_untaxed_signed"))

    def _assert_net(self, expected):
        self.assertAlmostEqual(self._get_net(), expected, delta=1)


@tagged("post_install", "-at_install")
class TestForgiven(LedgerCommon):
    """What was forgiven is not given back again, and not billed again."""

    def test_m1_terminated(self):
        self._begin()
        self._forgive()
        self._terminate()
        self._assert_net(0)

    def test_m1_plan_changed(self):
        self._begin()
        self._forgive()
        self._change_plan()
        self._bill()
        self._assert_net(220_000)

    def test_m1_price_changed(self):
        self._begin()
        self._forgive()
        with freeze_time(THIRD):
            self._as("admin", self.service)._change_price(100_000)
        self._bill()
        self._assert_net(100_000)

    def test_m1_a_favour_of_three_days(self):
        self._begin()
        self._forgive(3 / 31, days=("2026-05-10", "2026-05-12"))
        self._terminate("2026-05-20 03:00:00")
        self._assert_net(220_000 * (20 - 3) / 31)

    def test_m1_a_favour_of_days_after_the_end(self):
        self._begin()
        self._forgive(3 / 31, days=("2026-05-20", "2026-05-22"))
        self._terminate()
        self._assert_net(USED)

    def test_m1_half_a_month(self):
        self._begin()
        self._forgive(0.5)
        self._terminate()
        self._assert_net(USED / 2)

    def test_m1_a_percent_discount_of_forgiven_days(self):
        self._begin()
        self._forgive()
        with freeze_time(THIRD):
            self._as("admin", self.env["isp.service.charge"]).create(
                {
                    "service_id": self.service.id,
                    "product_id": self.env.ref("isp_billing.product_installation").id,
                    "kind": "percent",
                    "percent": -10,
                    "date_from": BEGIN,
                }
            )
        self._bill()
        self._assert_net(220_000 * 0.9)

    def test_m1_not_what_was_credited_already(self):
        self._begin()
        self._terminate()
        with self.assertRaises(UserError):
            self._forgive(at=FOURTH)

    def test_m1_after_a_change_they_are_not_billed_either(self):
        self._begin()
        self._change_plan(SECOND)
        self._forgive(at=THIRD)
        self._bill()
        self._assert_net(220_000)

    def test_m1_a_cancelled_favour_is_charged_after_all(self):
        self._begin()
        note = self._forgive(0.5)
        note.button_draft()
        note.button_cancel()
        self._terminate()
        self._assert_net(USED)


@tagged("post_install", "-at_install")
class TestEditedInvoice(LedgerCommon):
    """What is given back is what the line was posted with, not what was rated."""

    def test_m2_a_lower_price(self):
        self._begin()
        self._edit(price_unit=22_000)
        self._terminate()
        self._assert_net(2_129)

    def test_m2_a_discount(self):
        self._begin()
        self._edit(discount=50)
        self._terminate()
        self._assert_net(USED / 2)

    def test_m2_a_quantity(self):
        self._begin()
        self._edit(quantity=0.5)
        self._terminate()
        self._assert_net(USED / 2)

    def test_m2_a_higher_price(self):
        self._begin()
        self._edit(price_unit=300_000)
        self._terminate()
        self._assert_net(300_000 * 3 / 31)

    def test_m2_nothing(self):
        self._begin()
        self._edit(price_unit=0)
        self._terminate()
        self._assert_net(0)

    def test_m2_isolated_by_days(self):
        self.schedule.isolated_charge = "days"
        self._begin()
        self._edit(price_unit=22_000)
        with freeze_time("2026-05-04 17:00:00"):
            self._as("admin", self.service)._suspend("manual")
        with freeze_time("2026-05-25 17:00:00"):
            self._as("admin", self.service).action_restore()
        self._bill()
        self._assert_net(22_000 * 10 / 31 + 220_000)

    def test_m2_plan_changed(self):
        self._begin()
        self._edit(price_unit=22_000)
        self._change_plan()
        self._bill()
        self._assert_net(22_000 * 2 / 31 + 220_000 * 29 / 31 + 220_000)

    def test_m2_a_percent_of_what_was_charged(self):
        self._begin()
        self._edit(price_unit=22_000)
        with freeze_time(THIRD):
            self._as("admin", self.env["isp.service.charge"]).create(
                {
                    "service_id": self.service.id,
                    "product_id": self.env.ref("isp_billing.product_installation").id,
                    "kind": "percent",
                    "percent": -10,
                    "date_from": BEGIN,
                    "date_to": "2026-05-31",
                }
            )
        self._bill()
        self._assert_net(22_000 * 0.9 + 220_000)

    def test_m2_an_edited_credit_note_of_the_product(self):
        self._begin()
        self._terminate()
        self.invoice = self._as("accountant", self._get_invoices(self.service)[-1])
        self._edit(price_unit=50_000)
        row = self.service.period_ids.filtered("released")
        self.assertEqual(row.credited, 50_000)

    def test_m2_not_edited_below_what_was_credited(self):
        self._begin()
        self._terminate()
        self.invoice.button_draft()
        line = self.invoice.invoice_line_ids
        self.invoice.write({"invoice_line_ids": [(1, line.id, {"price_unit": 1})]})
        self._assert_refused(UserError, self.invoice.action_post)

    def test_m2_a_plan_with_a_price_that_includes_the_tax(self):
        self.tax.price_include_override = "tax_included"
        self._begin()
        self._edit(price_unit=111_000)
        self._terminate()
        self._assert_net(100_000 * 3 / 31)

    def test_m4_credited_in_full_its_days_are_billed_again(self):
        self._begin()
        self._edit(price_unit=22_000)
        self._credit()
        self._bill()
        self._assert_net(2 * 220_000)


@tagged("post_install", "-at_install")
class TestCreditedInPart(LedgerCommon):
    """What was credited in part is not given back a second time."""

    def test_m3_half_then_terminated(self):
        self._begin()
        self._credit(0.5)
        self._terminate()
        self._assert_net(USED)

    def test_m3_a_little_then_terminated(self):
        self._begin()
        self._credit(0.1)
        self._terminate("2026-05-10 03:00:00")
        self._assert_net(220_000 * 10 / 31)

    def test_m3_more_than_the_rest_of_the_month(self):
        self._begin()
        self._credit(0.5)
        self._terminate("2026-05-25 03:00:00")
        self._assert_net(110_000)

    def test_m3_two_halves(self):
        self._begin()
        self._credit(0.5)
        self._credit(0.5, at=THIRD)
        self._terminate(FOURTH)
        self._assert_net(220_000 * 4 / 31)

    def test_m3_three_halves_are_refused(self):
        self._begin()
        self._credit(0.5)
        self._credit(0.4)
        with self.assertRaises(UserError):
            self._credit(0.5)

    def test_m3_cancelled_it_counts_no_longer(self):
        self._begin()
        note = self._credit(0.5)
        note.button_draft()
        note.button_cancel()
        self._terminate()
        self._assert_net(USED)

    def test_m3_the_documents_are_named(self):
        self._begin()
        note = self._credit(0.5)
        row = self.service.period_ids
        self.assertEqual(row.charged, 220_000)
        self.assertEqual(row.credited, 110_000)
        self.assertEqual(row.credit_ids.move_line_id.move_id, note)

    def test_m3_the_database_refuses_more(self):
        self._begin()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE isp_billing_period SET credited = charged + 1 WHERE id = %s",
                [self.service.period_ids.id],
            )


@tagged("post_install", "-at_install")
class TestIsolatedAfterChange(LedgerCommon):
    """Nothing new while it is isolated: what is invoiced stays, changed or not."""

    def _isolate(self, start="2026-05-04 17:00:00", end="2026-05-25 17:00:00"):
        with freeze_time(start):
            self._as("admin", self.service)._suspend("manual")
        with freeze_time(end):
            self._as("admin", self.service).action_restore()

    def test_m5_plan_changed(self):
        self._begin()
        self._change_plan(FOURTH)
        self._isolate()
        self._bill()
        self._assert_net(440_000)

    def test_m5_price_changed(self):
        self._begin()
        with freeze_time(FOURTH):
            self._as("admin", self.service)._change_price(100_000)
        self._isolate()
        self._bill()
        self._assert_net(220_000 * 3 / 31 + 100_000 * 28 / 31 + 100_000)

    def test_m5_terminated(self):
        self._begin()
        self._change_plan(FOURTH)
        self._isolate()
        self._terminate("2026-05-28 03:00:00")
        self._assert_net(220_000 * 28 / 31)

    def test_m22_plan_changed_and_put_back(self):
        self._begin()
        self._change_plan(SECOND)
        self._change_plan(SECOND, self.plan)
        self._bill()
        lines = self._get_lines(self._get_invoices(self.service)[-1])
        self.assertEqual(lines, [("06-01", "06-30", 220_000)])

    def test_m16_the_day_of_the_end_of_one_who_was_isolated(self):
        self._begin()
        with freeze_time("2026-05-31 17:00:00"):
            self._as("admin", self.service)._suspend("manual")
        self._terminate("2026-08-10 03:00:00")
        self._assert_net(220_000)

    def test_m16_the_day_on_which_he_was_isolated_and_ended(self):
        self._begin()
        with freeze_time("2026-06-01 02:00:00"):
            self._as("admin", self.service)._suspend("manual")
        self._terminate("2026-06-01 03:00:00")
        self._assert_net(220_000 + 220_000 / 30)

    def test_m15_an_archived_plan(self):
        self._begin()
        self.plan.active = False
        self._bill()
        line = self._get_invoices(self.service)[-1].invoice_line_ids
        self.assertEqual(line.product_id.product_tmpl_id, self.plan)

    def test_m19_in_arrears_what_was_used_is_billed_while_isolated(self):
        self.schedule.in_arrears = True
        self._begin()
        with freeze_time("2026-05-11 03:00:00"):
            self._as("admin", self.service)._suspend("manual")
        self._bill()
        self._assert_net(220_000 * 11 / 31)
