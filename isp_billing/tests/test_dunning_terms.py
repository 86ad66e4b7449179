from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .test_customer_money import MoneyCommon

OVERDUE = "2026-06-16"


class DebtCommon(MoneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-06-05 03:00:00"):
            cls.service = cls._create_subscription("2026-06-05")
        cls.invoice = cls.service.first_invoice_id


@tagged("post_install", "-at_install")
class TestDunningTerms(DebtCommon):
    """M12: whatever the judgement rests on, a change of it judges anew, both ways."""

    def _set(self, record, **vals):
        """Change something on the day after the isolation; return the access."""
        with freeze_time("2026-06-17 03:00:00"):
            self._as("accountant", record).sudo().with_context(
                queue_job__no_delay=True
            ).write(vals)
            self._before_commit()
        self.env.invalidate_all()
        return self.service.access

    def test_the_due_date(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        later = {"invoice_date_due": "2026-06-25"}
        self.assertEqual(self._set(self.invoice, **later), "open")
        earlier = {"invoice_date_due": "2026-06-12"}
        self.assertEqual(self._set(self.invoice, **earlier), "isolated")

    def test_the_days_of_grace_of_an_invoice(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        self.assertEqual(self._set(self.invoice, isp_grace_days=10), "open")

    def test_the_minimum(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        self.assertEqual(self._set(self.company, isp_minimum_due=111_000), "open")
        self.assertEqual(self._set(self.company, isp_minimum_due=110_999), "isolated")

    def test_who_is_excluded(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        self.assertEqual(self._set(self.subscriber, isp_never_isolate=True), "open")
        self.assertEqual(
            self._set(self.subscriber, isp_never_isolate=False), "isolated"
        )

    def test_a_promise(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        self.assertEqual(self._set(self.service, promise_date="2026-06-20"), "open")
        self.assertEqual(self._set(self.service, promise_date=False), "isolated")

    def test_what_does_not_matter_judges_nobody(self):
        self.assertEqual(self._isolate(OVERDUE), "isolated")
        with freeze_time("2026-06-17 03:00:00"):
            version = self.service.access_version
            self._set(self.company, isp_minimum_due=0)
            self._set(self.subscriber, comment="Pays late")
            self.assertEqual(self.service.access_version, version)

    def test_a_run_judges_nobody(self):
        """What is fresh is not due: a run of thousands has no judgement in it."""
        self._before_commit()
        dunning = type(self.env["isp.dunning"])
        with patch.object(dunning, "_judge", autospec=True) as judge:
            self._bill("2026-07-05")
        judge.assert_not_called()

    # M21

    def test_a_withheld_tax_is_no_debt(self):
        self.subscriber.isp_withheld_percent = 2
        with freeze_time("2026-06-10 03:00:00"):
            self._pay(self.invoice, 111_000 - 2_000)
        self.assertEqual(self._isolate(OVERDUE), "open")
        self.assertEqual(self._set(self.subscriber, isp_withheld_percent=1), "isolated")

    # Business days

    def test_not_on_a_weekend(self):
        self.company.isp_isolate_on_weekends = False
        self.invoice.invoice_date_due = "2026-06-09"  # the 13th is a Saturday
        self.assertEqual(self._isolate("2026-06-13"), "open")
        self.assertEqual(self._isolate("2026-06-14"), "open")
        self.assertEqual(self._isolate("2026-06-15"), "isolated")

    def test_not_on_a_holiday(self):
        calendar = self.env["resource.calendar"].create({"name": "Days of the tests"})
        self.company.isp_holiday_calendar_id = calendar
        self.env["resource.calendar.leaves"].create(
            {
                "name": "New Year of the tests",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 15, 17),
                "date_to": datetime(2026, 6, 16, 16, 59, 59),
            }
        )
        self.assertEqual(self._isolate(OVERDUE), "open")
        with freeze_time("2026-06-16 03:00:00"):
            self.service._judge_dues()
        self.assertEqual(self.service.access, "open", "whoever judges")
        self.assertEqual(self._isolate("2026-06-17"), "isolated")

    def test_a_payment_restores_on_any_day(self):
        self.assertEqual(self._isolate("2026-06-19"), "isolated")
        self.company.isp_isolate_on_weekends = False
        with freeze_time("2026-06-20 03:00:00"):
            self._pay(self.invoice)
        self.assertEqual(self.service.access, "open")


@tagged("post_install", "-at_install")
class TestRemindedFirst(DebtCommon):
    """M17: nobody is isolated who was not reminded, however late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule.reminder_ids = [
            Command.create({"days": -3}),
            Command.create({"days": 1}),
        ]

    def _remind(self, day):
        with freeze_time(f"{day} 03:00:00"):
            dunning = self.env["isp.dunning"].with_context(queue_job__no_delay=True)
            dunning._cron_remind()
        return self.invoice.isp_notice_ids.reminder_id.mapped("days")

    def test_in_time(self):
        self._remind("2026-06-13")
        self.assertEqual(self._isolate("2026-06-15"), "open")
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_after_the_cron_was_off(self):
        """Between the 9th and the 16th nothing ran."""
        self.assertEqual(self._isolate("2026-06-16"), "open", "first the reminder")
        self.assertEqual(self._remind("2026-06-16"), [1])
        self.assertEqual(self._isolate("2026-06-18"), "open", "as long as promised")
        self.assertEqual(self._isolate("2026-06-19"), "isolated")

    def test_weeks_later(self):
        self.assertEqual(self._remind("2026-08-01"), [1])
        self.assertEqual(self._isolate("2026-08-01"), "open")

    def test_not_while_payment_is_promised(self):
        self.service.promise_date = "2026-06-30"
        self.assertEqual(self._remind("2026-06-25"), [])
        self.assertEqual(self._remind("2026-07-01"), [1])
        self.assertEqual(self._isolate("2026-07-03"), "open")
        self.assertEqual(self._isolate("2026-07-04"), "isolated")

    def test_who_is_isolated_already_is_not_told_so(self):
        reminder = self.schedule.reminder_ids.filtered(lambda r: r.days == 1)
        self.schedule.reminder_ids = False
        self.assertEqual(self._isolate("2026-06-20"), "isolated")
        self.schedule.reminder_ids = [Command.create({"days": 1})]
        self.assertFalse(reminder.exists())
        self.assertEqual(self._remind("2026-06-20"), [])

    def test_a_schedule_without_reminders_promises_none(self):
        self.schedule.reminder_ids = False
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_a_reminder_after_the_isolation_does_not_count(self):
        self.schedule.reminder_ids = [Command.clear(), Command.create({"days": 10})]
        self.assertEqual(self._isolate("2026-06-16"), "isolated")


@tagged("post_install", "-at_install")
class TestMoneyOnItsWay(DebtCommon):
    """M14: what is pending online holds as a confirmation does, when it is enough."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        method = cls.env.ref("payment.payment_method_unknown")
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Bank of the tests",
                "code": "none",
                "state": "test",
                "company_id": cls.company.id,
                "payment_method_ids": method.ids,
                "available_currency_ids": cls.company.currency_id.ids,
            }
        )
        method.active = True
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        line = journal.inbound_payment_method_line_ids[:1]
        line.copy(
            {
                "payment_provider_id": cls.provider.id,
                "journal_id": journal.id,
                "payment_account_id": journal.default_account_id.id,
            }
        )
        cls.method = method

    def _pay_online(self, amount, at="2026-06-15 03:00:00", state="pending", **vals):
        with freeze_time(at):
            tx = self.env["payment.transaction"].create(
                {
                    "payment_method_id": self.method.id,
                    "amount": amount,
                    "currency_id": self.company.currency_id.id,
                    "provider_id": self.provider.id,
                    "reference": f"TEST-{amount}-{at}",
                    "operation": "online_redirect",
                    "partner_id": self.subscriber.id,
                    "invoice_ids": self.invoice.ids,
                    **vals,
                }
            )
            getattr(tx, f"_set_{state}")()
            if state == "done":
                tx._post_process()
            self._before_commit()
        return tx

    def _confirm(self, amount):
        confirmations = self.env["isp.payment.confirmation"]
        with freeze_time("2026-06-15 03:00:00"):
            return confirmations._submit(
                self.invoice,
                {
                    "amount": amount,
                    "date": date(2026, 6, 15),
                    "journal_id": confirmations._get_journals(self.invoice)[0].id,
                },
            )

    def test_it_holds_some_days(self):
        self._pay_online(111_000)
        self.assertEqual(self._isolate("2026-06-16"), "open")
        self.assertEqual(self._isolate("2026-06-18"), "isolated")

    def test_not_when_it_is_old(self):
        self._pay_online(111_000, "2026-06-10 03:00:00")
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_not_when_it_was_only_begun(self):
        tx = self._pay_online(111_000)
        tx.state = "draft"
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_not_when_it_is_a_small_part(self):
        self._pay_online(1_000)
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_it_fails_and_isolates_at_once(self):
        tx = self._pay_online(111_000)
        self.assertEqual(self._isolate("2026-06-16"), "open")
        with freeze_time("2026-06-16 05:00:00"):
            tx._set_canceled()
            self._before_commit()
        self.assertEqual(self.service.access, "isolated")

    def test_one_rupiah_that_is_confirmed_does_not_hold(self):
        self._confirm(1)
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_half_of_it_does(self):
        self._confirm(55_500)
        self.assertEqual(self._isolate("2026-06-16"), "open")
        with freeze_time("2026-06-16 05:00:00"):
            self.company.with_context(queue_job__no_delay=True).isp_hold_share = 60
        self.assertEqual(self.service.access, "isolated")

    def _refund(self, tx, amount):
        with freeze_time("2026-06-20 03:00:00"):
            refund = tx._create_child_transaction(amount, is_refund=True)
            refund._set_done()
            refund._post_process()
            self._before_commit()
        self.env.invalidate_all()

    def test_a_refund_isolates_and_tells(self):
        tx = self._pay_online(111_000, state="done")
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._isolate("2026-06-16"), "open")
        self._refund(tx, 111_000)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.service.access, "isolated")
        self.assertEqual(self.invoice.activity_ids.user_id, self.users["accountant"])

    def test_a_refund_of_a_part(self):
        tx = self._pay_online(111_000, state="done")
        self._refund(tx, 11_000)
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(self.invoice.amount_residual, 11_000)
        self.assertEqual(self.service.access, "isolated")

    def test_a_chargeback_isolates_and_tells(self):
        tx = self._pay_online(111_000, state="done")
        with freeze_time("2026-06-20 03:00:00"):
            tx._set_canceled(extra_allowed_states=("done",))
            tx._post_process()
            self._before_commit()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.service.access, "isolated")
        self.assertTrue(self.invoice.activity_ids)
