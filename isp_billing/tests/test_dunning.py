from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.models.isp_service_lifecycle import IspService

from .common import BillingCommon

BEGIN = "2026-06-05"  # due on the 12th, grace until the 15th
LAST_DAY = "2026-06-15 16:59:00"  # 23:59 in Jakarta
OVERDUE = "2026-06-15 17:00:00"
DUNNING = "odoo.addons.isp_billing.models.isp_dunning"


class DunningCommon(BillingCommon):
    def _confirm(self, at):
        confirmations = self.env["isp.payment.confirmation"]
        with freeze_time(at):
            return confirmations._submit(
                self.invoice,
                {
                    "amount": self.invoice.amount_residual,
                    "date": date(2026, 6, 8),
                    "journal_id": confirmations._get_journals(self.invoice)[0].id,
                },
            )


@tagged("post_install", "-at_install", "isp_alone")
class TestDunning(DunningCommon):
    """Past grace a service is isolated; whatever settles the invoice restores it in
    the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.company.isp_billing_user_id = cls.users["accountant"]
        cls.service = cls._create_subscription(BEGIN)
        cls.invoice = cls.service.first_invoice_id

    def _isolate(self, at=OVERDUE):
        with freeze_time(at):
            self._isolate_due()
        self.env.invalidate_all()
        return self.service.access

    def _get_open_reasons(self):
        return self.service.suspension_ids.filtered(lambda s: not s.date_end).mapped(
            "reason"
        )

    # Who is isolated, and when

    def test_after_the_days_of_grace(self):
        self.assertEqual(self._isolate(LAST_DAY), "open")
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        self.assertEqual(self._get_open_reasons(), ["overdue"])
        self.assertEqual(self.service.suspension_ids.note, self.invoice.name)

    def test_lifting_by_hand_leaves_what_is_overdue(self):
        self._isolate()
        for reason in ("manual", "before_payment"):
            self.service._suspend(reason)
        self.service.with_user(self.admin).action_restore()
        self.assertEqual(self._get_open_reasons(), ["overdue"])
        self.assertEqual(self.service.access, "isolated")

    def test_nobody_is_isolated_by_hand_for_money(self):
        wizards = self.env["isp.service.suspend"].with_user(self.admin)
        reasons = dict(wizards.fields_get(["reason"])["reason"]["selection"])
        self.assertFalse({"overdue", "before_payment"} & reasons.keys())

    def test_twice_is_once(self):
        self._isolate()
        self._isolate()
        self.assertEqual(len(self.service.suspension_ids), 1)

    def test_not_for_a_small_rest(self):
        self.company.isp_minimum_due = 10_000
        with freeze_time("2026-06-10 03:00:00"):
            self._pay(self.invoice, self.invoice.amount_total - 10_000)
        self.assertEqual(self._isolate(), "open")
        self.company.isp_minimum_due = 9_999
        self.assertEqual(self._isolate(), "isolated")

    def test_not_an_excluded_partner(self):
        self.subscriber.isp_never_isolate = True
        self.assertEqual(self._isolate(), "open")

    @freeze_time(OVERDUE)
    def test_who_is_excluded_later_is_restored(self):
        self._isolate()
        self.subscriber.isp_never_isolate = True
        self.assertEqual(self.service.access, "open")

    def test_not_before_a_promised_day_is_over(self):
        with freeze_time("2026-06-14 03:00:00"):
            self._as("admin", self.service).promise_date = "2026-06-20"
        self.assertEqual(self._isolate("2026-06-20 16:59:00"), "open")
        self.assertEqual(self._isolate("2026-06-20 17:00:00"), "isolated")

    def test_two_days_later_while_a_confirmed_payment_is_checked(self):
        self._confirm(LAST_DAY)
        self.assertEqual(self._isolate(), "open")
        self.assertEqual(self._isolate("2026-06-17 16:59:00"), "open")
        self.assertEqual(self._isolate("2026-06-17 17:00:00"), "isolated")

    def test_at_once_when_the_confirmed_payment_is_rejected(self):
        confirmation = self._confirm(LAST_DAY)
        self.assertEqual(self._isolate(), "open")
        with freeze_time(OVERDUE):
            self._as("accountant", confirmation)._reject("Not on our account")
            self._before_commit()
        self.assertEqual(self.service.access, "isolated")

    def test_to_confirm_does_not_restore(self):
        self._isolate()
        self._confirm("2026-06-16 03:00:00")
        with freeze_time("2026-06-16 03:00:00"):
            self.invoice._isp_judge_dues()
            self._before_commit()
        self.assertEqual(self.service.access, "isolated")

    @freeze_time(OVERDUE)
    def test_a_promise_restores(self):
        self._isolate()
        self._as("admin", self.service).promise_date = "2026-06-20"
        self.assertEqual(self.service.access, "open")

    @freeze_time(OVERDUE)
    def test_the_accountant_takes_down_a_promise(self):
        self._isolate()
        service = self._as("accountant", self.service)
        self.assertTrue(service.waits_for_payment)
        action = service.action_promise()
        wizards = self._as("accountant", self.env["isp.service.promise"])
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertEqual(str(wizard.date), "2026-06-19", "three days are proposed")
        for wrong in ("2026-06-15", "2062-06-20"):
            wizard.date = wrong
            self._assert_refused(UserError, wizard.action_apply)
        self.assertEqual(self.service.access, "isolated")
        wizard.date = "2026-06-20"
        wizard.action_apply()
        self.assertEqual(self.service.access, "open")
        self.assertFalse(self.service.waits_for_payment)
        for role in ("sales", "engineer", "technician"):
            with self.subTest(role=role):
                service = self._as(role, self.service)
                self._assert_refused(AccessError, service.action_promise)
                self._assert_refused(AccessError, service._promise_payment, wizard.date)

    @freeze_time(OVERDUE)
    def test_what_is_imposed_by_hand_does_not_wait_for_payment(self):
        self._isolate()
        self._as("admin", self.service)._suspend("manual")
        self.assertFalse(self.service.waits_for_payment)
        self._as("admin", self.service).action_restore()
        self.assertTrue(self.service.waits_for_payment)

    def test_a_later_due_date_counts(self):
        self.invoice.invoice_date_due = "2026-06-30"
        self.assertEqual(self._isolate(), "open")
        self.assertEqual(self._isolate("2026-07-03 17:00:00"), "isolated")

    def test_all_services_of_the_invoice(self):
        with freeze_time(f"{BEGIN} 03:00:00"):
            other = self._create_subscription(BEGIN)
            third = self._create_subscription(BEGIN, partner_id=False)
            self._pay(third.first_invoice_id)
        self._isolate()
        self.assertEqual((other.access, third.access), ("isolated", "open"))

    @freeze_time(OVERDUE)
    def test_many_ask_the_database_no_more_than_few(self):
        self._isolate()  # what is read once is read
        with freeze_time(f"{BEGIN} 03:00:00"):
            few, many = (
                self.service.browse().union(
                    *(
                        self._create_subscription(BEGIN, partner_id=False)
                        for _n in range(n)
                    )
                )
                for n in (2, 7)
            )
        counts = []
        for services in (few, many):
            self._flush_tracking()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["isp.dunning"]._judge_or_ask(services, use_money=True)
            self._flush_tracking()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(services.mapped("access")), {"isolated"})
        self.assertLess(counts[1] - counts[0], len(many) - len(few))

    # What restores

    @freeze_time(OVERDUE)
    def test_payment(self):
        self._isolate()
        self._pay(self.invoice, self.invoice.amount_total / 2)
        self.assertEqual(self.service.access, "isolated", "half is not enough")
        self._pay(self.invoice)
        self.assertEqual(self.service.access, "open")

    @freeze_time(OVERDUE)
    def test_dues_are_judged_once_in_a_transaction(self):
        """H2: however many invoices are paid, by however many payments."""
        with freeze_time(f"{BEGIN} 03:00:00"):
            other = self._create_subscription(BEGIN)
            third = self._create_subscription(BEGIN, partner_id=False)
        services = self.service | other | third
        self._isolate()
        judge = type(self.env["isp.dunning"])._judge
        judged = []

        def count(dunning, services, use_money=False):
            judged.append(services)
            return judge(dunning, services, use_money)

        with patch.object(type(self.env["isp.dunning"]), "_judge", count):
            self._pay(services.first_invoice_id)
        self.assertEqual(judged, [services])
        self.assertEqual(services.mapped("access"), ["open"] * 3)

    @freeze_time(OVERDUE)
    def test_a_payment_that_is_undone_isolates(self):
        self._isolate()
        payment = self._pay(self.invoice)
        payment.action_cancel()
        self._before_commit()
        self.assertEqual(self.service.access, "isolated")

    @freeze_time(OVERDUE)
    def test_a_credit_note(self):
        self._isolate()
        note = self._reverse(self.invoice)
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertEqual(self.service.access, "open")
        note.button_cancel()
        self._before_commit()
        self.assertEqual(self.service.access, "isolated")

    @freeze_time(OVERDUE)
    def test_an_invoice_that_is_cancelled(self):
        self._isolate()
        self.invoice.button_cancel()
        self._before_commit()
        self.assertEqual(self.service.access, "open")

    def test_other_open_invoices_still_isolate(self):
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        self._isolate("2026-07-20 03:00:00")
        with freeze_time("2026-07-20 03:00:00"):
            self._pay(self.invoice)
            self.assertEqual(self.service.access, "isolated")
            self._pay(self._get_invoices(self.service)[-1])
            self.assertEqual(self.service.access, "open")

    @freeze_time(OVERDUE)
    def test_a_manual_suspension_stays(self):
        self._isolate()
        self._as("admin", self.service)._suspend("manual")
        self._pay(self.invoice)
        self.assertEqual(self._get_open_reasons(), ["manual"])
        self.assertEqual(self.service.access, "isolated")

    @freeze_time(OVERDUE)
    def test_a_manual_suspension_is_no_way_around(self):
        self._as("admin", self.service)._suspend("manual")
        self._isolate()
        self.assertEqual(self._get_open_reasons(), ["manual"])
        self._as("admin", self.service).action_restore()
        self.assertEqual(self._isolate(), "isolated")

    # What fails

    def _fail_to_change_access(self):
        def fail(_services):
            raise ValueError("The router does not answer.")

        return patch.object(IspService, "_refresh_access", fail)

    @freeze_time(OVERDUE)
    def test_a_payment_stands_when_restoring_fails(self):
        self._isolate()
        with self._fail_to_change_access(), mute_logger(DUNNING):
            self._pay(self.invoice, self.invoice.amount_total / 2)
            self._pay(self.invoice)
        self.env.invalidate_all()
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertEqual(self.service.access, "isolated")
        activity = self.service.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["accountant"])
        self.assertIn("does not answer", activity.note)

    @freeze_time(OVERDUE)
    def test_what_failed_before_is_no_matter_of_isolation(self):
        """H11: who wrote something that the database refuses hears of it; it does not
        become an activity about isolation."""
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.service.installation_fee = -1
            self.env["isp.dunning"]._judge_or_ask(self.service)

    def test_what_fails_stops_no_other(self):
        with freeze_time(f"{BEGIN} 03:00:00"):
            other = self._create_subscription(BEGIN, partner_id=False)
        refresh = IspService._refresh_access
        broken = self.service

        def fail_for_one(services):
            if broken in services:
                raise ValueError("The router does not answer.")
            return refresh(services)

        with (
            patch.object(IspService, "_refresh_access", fail_for_one),
            mute_logger(DUNNING),
        ):
            self._isolate()
        self.assertEqual((broken.access, other.access), ("open", "isolated"))
        self.assertEqual(len(broken.activity_ids), 1)
        self.assertFalse(other.activity_ids)


@tagged("post_install", "-at_install")
class TestReminders(DunningCommon):
    """A reminder goes out once for each open invoice, on its day or shortly after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.reminders = cls.env["isp.billing.reminder"].create(
            [{"schedule_id": cls.schedule.id, "days": days} for days in (-3, 1)]
        )
        cls.service = cls._create_subscription(BEGIN)
        cls.invoice = cls.service.first_invoice_id

    def _remind(self, day):
        """Return how many e-mails the cron makes on this day."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        with freeze_time(f"{day} 03:00:00"):
            dunning = self.env["isp.dunning"].with_context(queue_job__no_delay=True)
            dunning._cron_remind()
        return len(mails.search([]) - before)

    def test_before_and_after_the_due_date_once_each(self):
        counts = [self._remind(f"2026-06-{day:02d}") for day in range(6, 20)]
        self.assertEqual(counts, [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        self.assertEqual(
            self.invoice.isp_notice_ids.reminder_id, self.reminders.sorted("days")
        )

    def test_of_an_archived_schedule_too(self):
        self.schedule.active = False
        self.assertEqual(self._remind("2026-06-09"), 1)

    def test_a_day_late_but_not_a_week(self):
        self.subscriber.isp_never_isolate = True
        self.assertEqual(self._remind("2026-06-10"), 1)
        self.assertEqual(self._remind("2026-06-20"), 0)

    def test_the_last_one_before_the_isolation_however_late(self):
        """M17"""
        self.assertEqual(self._remind("2026-06-20"), 1)
        self.assertEqual(self.invoice.isp_notice_ids.reminder_id.days, 1)

    def test_not_for_what_is_paid_or_small(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, self.invoice.amount_total - 5_000)
        self.company.isp_minimum_due = 5_000
        self.assertEqual(self._remind("2026-06-09"), 0)
        self.company.isp_minimum_due = 0
        self.assertEqual(self._remind("2026-06-09"), 1)
        with freeze_time("2026-06-10 03:00:00"):
            self._pay(self.invoice)
        self.assertEqual(self._remind("2026-06-13"), 0)

    def test_small_ones_that_are_much_together(self):
        """M13: the minimum is of the sum; what one has with us is none to remind of."""
        self.company.isp_minimum_due = 250_000
        self.assertEqual(self._remind("2026-06-09"), 0)
        with freeze_time("2026-06-09 04:00:00"):
            self._create_subscription("2026-06-09")
        self.assertEqual(self._remind("2026-06-10"), 1)
        self.company.isp_use_money = False
        with freeze_time("2026-06-11 03:00:00"):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_id": self.subscriber.id,
                    "amount": 500_000,
                }
            )
            payment.action_post()
        self.assertEqual(self._remind("2026-06-13"), 0)

    def test_a_job_that_is_run_again_sends_nothing(self):
        self.assertEqual(self._remind("2026-06-09"), 1)
        mails = self.env["mail.mail"].sudo().search_count([])
        with freeze_time("2026-06-09 03:00:00"):
            self.reminders[0]._send(self.invoice.ids)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    def test_not_while_a_confirmed_payment_is_checked(self):
        confirmation = self._confirm("2026-06-08 03:00:00")
        self.assertEqual(self._remind("2026-06-09"), 0)
        confirmation._withdraw()
        self.assertEqual(self._remind("2026-06-10"), 1)

    def test_a_partner_without_address_stops_nobody(self):
        with freeze_time(f"{BEGIN} 03:00:00"):
            other = self._create_subscription(BEGIN, partner_id=False)
        other.partner_id.email = False
        self.assertEqual(self._remind("2026-06-09"), 1)
        self.assertEqual(len(other.first_invoice_id.isp_notice_ids), 1)

    def test_excluded_partners_are_reminded(self):
        self.subscriber.isp_never_isolate = True
        self.assertEqual(self._remind("2026-06-13"), 1)
        self.assertEqual(self.invoice.isp_notice_ids.reminder_id.days, 1)
