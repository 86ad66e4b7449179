from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_customer_money import MoneyCommon

NOW = "2026-06-10 03:00:00"


class PrepayCommon(MoneyCommon):
    """A service billed from 5 June on, its first month paid; 12 months cost 11."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-06-05 03:00:00"):
            cls.service = cls._create_subscription("2026-06-05")
            cls._pay(cls.service.first_invoice_id)
        offers = cls.env["isp.prepay.offer"]
        offers.search([]).active = False
        cls.quarter, cls.year = offers.create(
            [
                {"months": 3, "company_id": cls.company.id},
                {"months": 12, "free_months": 1, "company_id": cls.company.id},
            ]
        )

    def _prepay(self, offer, at=NOW):
        """Make the invoice as the accountant does, in his dialog."""
        with freeze_time(at):
            dialogs = self._as("accountant", self.env["isp.service.prepay"])
            dialog = dialogs.create(
                {"service_id": self.service.id, "offer_id": offer.id}
            )
            action = dialog.action_apply()
            self._before_commit()
        return self.env["account.move"].browse(action["res_id"])

    def _pay_at(self, move, at=NOW):
        with freeze_time(at):
            return self._pay(move)

    def _get_paid_until(self):
        self.env.invalidate_all()
        return str(self.service.paid_until)

    def _sum_net(self):
        """Return what the documents of the service come to, without taxes."""
        moves = self._get_invoices(self.service)
        moves = moves.filtered(lambda move: move.state == "posted")
        return sum(moves.mapped("amount_untaxed_signed"))


@tagged("post_install", "-at_install")
class TestPrepay(PrepayCommon):
    """Several months paid at once, in the office."""

    def test_three_months_are_one_line_and_paid_until(self):
        move = self._prepay(self.quarter)
        self.assertEqual(self._get_lines(move), [("07-05", "10-04", 300_000)])
        self.assertEqual(move.amount_total, 333_000)
        self.assertIn("3 months", move.invoice_line_ids.name)
        self.assertEqual(move.isp_prepaid_months, 3)
        self.assertEqual(self._get_paid_until(), "2026-07-04", "not paid yet")
        self._pay_at(move)
        self.assertEqual(self._get_paid_until(), "2026-10-04")
        self.assertEqual(str(self.service.next_invoice_date), "2026-10-05")

    def test_nothing_is_billed_and_nobody_isolated_meanwhile(self):
        self._pay_at(self._prepay(self.quarter))
        for day in ("2026-07-05", "2026-08-05", "2026-09-05"):
            self._bill(day)
        self.assertEqual(len(self._get_invoices(self.service)), 2)
        self.assertEqual(self._isolate("2026-09-30"), "open")
        october = self._bill("2026-10-05")
        self.assertEqual(self._get_lines(october), [("10-05", "11-04", 100_000)])
        self.assertEqual(self._isolate("2026-10-16"), "isolated")

    def test_twelve_for_eleven(self):
        move = self._prepay(self.year)
        self.assertEqual(
            sorted(move.invoice_line_ids.mapped("price_subtotal")),
            [-100_000, 1_200_000],
        )
        self.assertEqual(move.amount_total, 11 * 111_000)
        self.assertIn("12 months for 11", move.invoice_line_ids.mapped("name")[1])
        self._pay_at(move)
        self.assertEqual(self._get_paid_until(), "2027-07-04")
        nxt = self._bill("2027-07-05")
        self.assertEqual(self._get_lines(nxt), [("07-05", "08-04", 100_000)])

    def test_the_discount_is_not_for_a_new_holder(self):
        self._pay_at(self._prepay(self.year))
        heir = self.env["res.partner"].create(
            {"name": "Ratna Dewi", "phone": "+62 812-9999-1111"}
        )
        with freeze_time("2026-08-05 03:00:00"):
            self._as("admin", self.service)._transfer(heir)
            self._before_commit()
            self._bill_due()
        moves = self._get_invoices(self.service)
        theirs = moves.filtered(lambda move: move.partner_id == heir)
        self.assertEqual(self._get_lines(theirs), [("08-05", "09-04", 100_000)])
        self.assertEqual(theirs.amount_untaxed, 100_000)

    def test_money_on_account_pays_it(self):
        with freeze_time(NOW):
            self._pay_on_account(333_000)
        move = self._prepay(self.quarter)
        self.assertIn(move.payment_state, ("paid", "in_payment"))

    def test_a_plan_goes_before_all_plans(self):
        special = self.quarter.copy({"free_months": 0.5, "plan_id": self.plan.id})
        offers = self.service._get_prepay_offers()
        self.assertEqual(offers, special | self.year)
        self.service.sudo()._change_plan(self.other_plan)
        self.assertIn(self.quarter, self.service._get_prepay_offers())

    @mute_logger("odoo.sql_db")
    def test_one_offer_for_each_number_of_months(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.quarter.copy()
            self.env.flush_all()

    def test_unpaid_nobody_is_dunned_and_it_is_withdrawn(self):
        move = self._prepay(self.quarter)
        self.assertFalse(move.isp_isolation_date)
        self.assertEqual(str(move.invoice_date_due), "2026-06-17")
        self._bill("2026-06-17")
        self.assertEqual(move.state, "posted")
        self._bill("2026-06-18")
        self.assertEqual(move.state, "cancel")
        self.assertEqual(str(self.service.next_invoice_date), "2026-07-05")
        july = self._bill("2026-07-05")
        self.assertEqual(self._get_lines(july), [("07-05", "08-04", 100_000)])

    def test_the_discount_ends_with_the_withdrawn_invoice(self):
        move = self._prepay(self.year)
        self._bill("2026-06-18")
        self.assertEqual(move.state, "cancel")
        july = self._bill("2026-07-05")
        self.assertEqual(self._get_lines(july), [("07-05", "08-04", 100_000)])

    def test_half_of_it_pays_the_month_when_it_is_withdrawn(self):
        move = self._prepay(self.quarter)
        with freeze_time(NOW):
            self._pay(move, 150_000)
        self._bill("2026-06-18")
        self.assertEqual(move.state, "cancel")
        july = self._bill("2026-07-05")
        self.assertIn(july.payment_state, ("paid", "in_payment"))

    def test_two_at_a_time_are_refused(self):
        self._prepay(self.quarter)
        with self.assertRaisesRegex(UserError, "not paid yet"):
            self.service._prepay(self.year)

    def test_who_is_isolated_pays_that_first(self):
        with freeze_time(NOW):
            self._as("admin", self.service)._suspend("manual")
        with self.assertRaisesRegex(UserError, "isolated"):
            self.service._prepay(self.year)

    def test_who_may(self):
        for role in ("sales", "technician"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, self.service).action_prepay()

    def test_the_dialog_shows_the_invoice_and_keeps_nothing(self):
        with freeze_time(NOW):
            dialogs = self._as("accountant", self.env["isp.service.prepay"])
            dialog = dialogs.create(
                {"service_id": self.service.id, "offer_id": self.year.id}
            )
            dialog.action_preview()
            self.assertIn("12 months", dialog.preview)
        self.assertEqual(len(self._get_invoices(self.service)), 1)
        self.assertFalse(self.service.charge_ids)

    def test_the_dialog_bills_what_was_chosen(self):
        dialogs = self._as("accountant", self.env["isp.service.prepay"])
        with freeze_time(NOW):
            form = Form(dialogs.with_context(active_id=self.service.id))
            self.assertEqual(form.offer_id, self.quarter)
            form.offer_id = self.year
            dialog = form.save()
            dialog.action_preview()
            form = Form(dialog)
            self.assertEqual(form.offer_id, self.year)
            self.assertTrue(form.preview)
            form.offer_id = self.quarter
            self.assertFalse(form.preview)
            move = self.env["account.move"].browse(form.save().action_apply()["res_id"])
        self.assertEqual(move.isp_prepaid_months, 3)

    def test_the_monthly_check_finds_nothing(self):
        self._pay_at(self._prepay(self.year))
        with freeze_time("2026-09-10 03:00:00"):
            for month in ("2026-06-01", "2026-07-01", "2026-08-01"):
                check = self.env["isp.billing.check"].create({"month": month})
                check._refresh()
                lines = check.line_ids.filtered(
                    lambda line: line.service_id == self.service
                )
                self.assertFalse(lines.mapped("kind"))

    # What is left is given back

    def test_termination_gives_back_what_is_left(self):
        self._pay_at(self._prepay(self.year))
        with freeze_time("2026-08-04 03:00:00"):
            self._as("admin", self.service)._terminate("Moves away")
            self._before_commit()
        # June, and a month of the year at 11/12
        self.assertEqual(self._sum_net(), 100_000 + 91_667)
        note = self._get_invoices(self.service)[-1]
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(len(note.invoice_line_ids), 2, "months on one line")
        self.assertEqual(
            self.service.balance, -note.amount_total, "it is his money with us"
        )

    def test_another_plan_is_paid_ahead_as_long(self):
        self.other_plan.write({"list_price": 200_000, "taxes_id": self.tax.ids})
        self._pay_at(self._prepay(self.quarter))
        with freeze_time("2026-08-05 03:00:00"):
            self._as("admin", self.service)._change_plan(self.other_plan)
        self.assertEqual(str(self.service.next_invoice_date), "2026-09-05")
        self._bill("2026-09-05")
        self.assertEqual(self._sum_net(), 100_000 + 100_000 + 2 * 200_000)
        self.assertEqual(str(self.service.next_invoice_date), "2026-10-05")

    def test_a_plan_put_back_changes_nothing(self):
        self._pay_at(self._prepay(self.year))
        before = self._sum_net()
        with freeze_time("2026-08-05 03:00:00"):
            self._as("admin", self.service)._change_plan(self.other_plan)
            self._as("admin", self.service)._change_plan(self.plan)
        self._bill("2026-09-05")
        self.assertEqual(self._sum_net(), before)
        self.assertEqual(str(self.service.next_invoice_date), "2027-07-05")

    def test_a_credit_note_of_all_is_billed_month_by_month(self):
        move = self._prepay(self.year)
        self._pay_at(move)
        with freeze_time("2026-06-20 03:00:00"):
            self._reverse(move)
        self.assertEqual(str(self.service.next_invoice_date), "2026-07-05")
        july = self._bill("2026-07-05")
        self.assertEqual(self._get_lines(july), [("07-05", "08-04", 100_000)])
        self.assertFalse(july.amount_residual, "his money pays it")

    def test_an_order_that_is_not_paid_is_no_part_of_a_termination(self):
        move = self._prepay(self.year)
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._terminate("Moves away")
        self.assertEqual(move.state, "cancel")


@tagged("post_install", "-at_install")
class TestMonthsOfASchedule(MoneyCommon):
    """A schedule of a quarter, or of a year, bills so many months at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule.months = 3

    def test_quarters_from_the_first_month_on(self):
        with freeze_time("2026-06-20 03:00:00"):
            self.service = self._create_subscription("2026-06-20")
        self.assertEqual(
            self._get_lines(self.service.first_invoice_id),
            [("06-20", "07-04", 50_000), ("07-05", "09-04", 200_000)],
        )
        self.assertEqual(str(self.service.next_invoice_date), "2026-09-05")
        second = self._bill("2026-09-05")
        self.assertEqual(self._get_lines(second), [("09-05", "12-04", 300_000)])

    def test_in_arrears(self):
        self.schedule.in_arrears = True
        with freeze_time("2026-06-05 03:00:00"):
            self.service = self._create_subscription("2026-06-05")
        self.assertEqual(str(self.service.next_invoice_date), "2026-09-05")
        bill = self._bill("2026-09-05")
        self.assertEqual(self._get_lines(bill), [("06-05", "09-04", 300_000)])

    def test_another_plan_is_settled_on_the_next_billing_day(self):
        self.other_plan.write({"list_price": 200_000, "taxes_id": self.tax.ids})
        with freeze_time("2026-06-05 03:00:00"):
            self.service = self._create_subscription("2026-06-05")
        with freeze_time("2026-07-05 03:00:00"):
            self._as("admin", self.service)._change_plan(self.other_plan)
        self.assertEqual(str(self.service.next_invoice_date), "2026-08-05")
        self._bill("2026-08-05")
        moves = self._get_invoices(self.service)
        net = sum(moves.mapped("amount_untaxed_signed"))
        self.assertEqual(net, 100_000 + 2 * 200_000)
        self.assertEqual(str(self.service.next_invoice_date), "2026-09-05")
