from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
LATER = "2026-06-10 03:00:00"
NEXT = "2026-07-05 03:00:00"
WHOLE = ("06-05", "07-04", 200_000)
FOLLOWING = ("07-05", "08-04", 200_000)


@tagged("post_install", "-at_install")
class TestCreditNote(BillingCommon):
    """What a credit note gives back in full is billed again, unless as a favour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.service = cls._create_subscription(BEGIN)
        cls.invoice = cls.service.first_invoice_id

    def _get_next(self, at=NEXT):
        before = self._get_invoices(self.service)
        with freeze_time(at):
            self._bill_due()
        return self._get_lines(self._get_invoices(self.service) - before)

    @freeze_time(LATER)
    def test_days_given_back_are_billed_again(self):
        self._reverse(self.invoice)
        self.assertEqual(str(self.service.next_invoice_date), "2026-07-05")
        self.assertEqual(self._get_next(), [WHOLE, FOLLOWING])

    @freeze_time(LATER)
    def test_they_are_billed_at_the_price_of_then(self):
        note = self._reverse(self.invoice, post=False)
        with freeze_time("2026-06-20 03:00:00"):
            self.other_plan.write({"list_price": 300_000, "taxes_id": self.tax.ids})
            self._as("admin", self.service)._change_plan(self.other_plan)
            note.action_post()
        self.assertEqual(
            self._get_next(),
            [
                ("06-05", "06-19", 100_000),
                ("06-20", "07-04", 150_000),
                ("07-05", "08-04", 300_000),
            ],
            "the credit note has credited the days after the change as well",
        )

    @freeze_time(LATER)
    def test_a_favour_is_not_billed_again(self):
        self._reverse(self.invoice, isp_days_stay_settled=True)
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_a_part_of_the_amount_releases_nothing(self):
        note = self._reverse(self.invoice, post=False)
        note.invoice_line_ids.price_unit = 50_000
        note.action_post()
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_dates_narrowed_by_hand(self):
        note = self._reverse(self.invoice, post=False)
        note.invoice_line_ids.write(
            {
                "price_unit": 40_000,
                "isp_date_from": "2026-06-10",
                "isp_date_to": "2026-06-15",
            }
        )
        note.action_post()
        self.assertEqual(self._get_next(), [("06-10", "06-15", 40_000), FOLLOWING])

    @freeze_time(LATER)
    def test_a_draft_gives_nothing_back(self):
        self._reverse(self.invoice, post=False)
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_a_cancelled_credit_note_takes_them_back(self):
        note = self._reverse(self.invoice)
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_posted_anew_it_gives_them_back_anew(self):
        note = self._reverse(self.invoice)
        note.button_draft()
        note.action_post()
        self.assertEqual(self._get_next(), [WHOLE, FOLLOWING])

    @freeze_time(LATER)
    def test_not_when_they_were_billed_again(self):
        note = self._reverse(self.invoice)
        self._get_next()
        message = self._assert_refused(UserError, note.button_draft)
        self.assertIn("billed again", message)
        self.assertEqual(note.state, "posted")

    @freeze_time(LATER)
    def test_taken_back_after_the_end_the_rest_is_credited(self):
        note = self._reverse(self.invoice)
        with freeze_time("2026-06-19 03:00:00"):
            self._as("admin", self.service)._terminate("Moved away")
        last = self._get_invoices(self.service)[-1]
        self.assertEqual(self._get_lines(last), [("06-05", "06-19", 100_000)])
        with freeze_time("2026-06-21 03:00:00"):
            self._reverse(last)
            note.button_cancel()
            self._as("admin", self.service).action_invoice_now()
        rest = self._get_invoices(self.service)[-1]
        self.assertEqual(rest.move_type, "out_refund")
        self.assertEqual(self._get_lines(rest), [("06-20", "07-04", 100_000)])

    @freeze_time(LATER)
    def test_days_credited_already_are_not_credited_again(self):
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._change_price(100_000)
        self._get_next()
        note = self._reverse(self.invoice, post=False)
        message = self._assert_refused(UserError, note.action_post)
        self.assertIn("credited already", message)
        note.invoice_line_ids.write(
            {"price_unit": 100_000, "isp_date_to": date(2026, 6, 19)}
        )
        note.action_post()
        self.assertEqual(
            self._get_next("2026-08-05 03:00:00"),
            [("06-05", "06-19", 100_000), ("08-05", "09-04", 100_000)],
        )

    def test_reversing_an_invoice_leaves_the_credit_note_beside_it(self):
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._change_price(100_000)
        lines = self._get_next()
        self.assertEqual(lines[0], ("06-20", "07-04", -100_000))
        with freeze_time("2026-07-06 03:00:00"):
            invoices = self._get_invoices(self.service)[1:]
            self._reverse(invoices.filtered(lambda m: m.move_type == "out_invoice"))
            self._as("admin", self.service).action_invoice_now()
        again = self._get_lines(self._get_invoices(self.service)[-1])
        self.assertEqual(again, lines[1:])

    @freeze_time(LATER)
    def test_reverse_and_create_anew_bills_the_days_itself(self):
        wizard = (
            self._as("accountant", self.env["account.move.reversal"])
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": self.invoice.journal_id.id})
        )
        anew = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self._as("accountant", anew).action_post()
        self.assertEqual(self._get_lines(anew), [WHOLE])
        self.assertEqual(self._get_next(), [FOLLOWING])


@tagged("post_install", "-at_install")
class TestCancelledInvoice(BillingCommon):
    """What an invoice that is no more had charged is billed again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.service = cls._create_subscription(BEGIN, installation_fee=250_000)
        cls.invoice = cls._as("accountant", cls.service.first_invoice_id)

    def _get_next(self):
        with freeze_time(NEXT):
            self._bill_due()
        return sorted(self._get_lines(self._get_invoices(self.service)[-1]))

    @freeze_time(LATER)
    def test_cancelled(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertEqual(
            self._get_next(), [("06-05", "06-05", 250_000), WHOLE, FOLLOWING]
        )
        self.assertEqual(
            self.service.first_invoice_id, self._get_invoices(self.service)[-1]
        )
        message = self._assert_refused(UserError, self.invoice.button_draft)
        self.assertIn("cancelled", message)

    @freeze_time(LATER)
    def test_deleted(self):
        self.invoice.button_draft()
        self.invoice.sudo().with_context(force_delete=True).unlink()
        self.assertEqual(
            self._get_next(), [("06-05", "06-05", 250_000), WHOLE, FOLLOWING]
        )

    @freeze_time(LATER)
    def test_a_line_of_a_draft_deleted(self):
        self.invoice.button_draft()
        fee = self.invoice.invoice_line_ids.filtered("isp_charge_id")
        self.invoice.write({"invoice_line_ids": [(2, fee.id)]})
        self.invoice.action_post()
        self.assertEqual(self._get_next(), [("06-05", "06-05", 250_000), FOLLOWING])

    @freeze_time(LATER)
    def test_a_draft_posted_again_bills_once(self):
        self.invoice.button_draft()
        self.invoice.action_post()
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_a_duplicate_bills_no_days(self):
        copy = self.invoice.copy()
        copy.invoice_date = "2026-06-10"
        copy.action_post()
        self.assertFalse(copy.isp_service_ids or copy.isp_schedule_id)
        self.assertEqual(self._get_next(), [FOLLOWING])

    @freeze_time(LATER)
    def test_not_when_its_days_were_credited(self):
        self._reverse(self.invoice)
        message = self._assert_refused(UserError, self.invoice.button_cancel)
        self.assertIn("credited already", message)

    def test_after_a_change_the_days_before_keep_their_price(self):
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", self.service)._change_price(100_000)
            self.invoice.button_cancel()
        self.assertEqual(
            self._get_next(),
            [
                ("06-05", "06-05", 250_000),
                ("06-05", "06-19", 100_000),
                ("06-20", "07-04", 50_000),
                ("07-05", "08-04", 100_000),
            ],
        )
