from contextlib import closing
from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .test_customer_money import MoneyCommon

FIRST = datetime(2027, 10, 1, 3)
EVENTS = (
    *("run",) * 4,
    *("pay", "overpay", "deposit", "pay_back", "credit", "cancel_payment", "promise"),
)
AMOUNTS = (1, 37_000, 111_000, 150_000, 400_000)
events = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 25), st.integers(0, 1000)),
    min_size=4,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestMoneyProperty(MoneyCommon):
    """Whatever is paid, too much and back: no money lies beside an open invoice, and
    who is isolated owes more than he has with us."""

    @settings(
        max_examples=10,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 60), st.sampled_from((0, 0, 50_000)), events)
    def test_money_is_used_before_isolation(self, day, minimum, happenings):
        with closing(self.env.cr.savepoint()):
            self.now = FIRST + timedelta(days=day)
            self.company.isp_minimum_due = minimum
            self.payments = self.env["account.payment"]
            with freeze_time(self.now):
                self.service = self._create_service(
                    activation_date=self.now.date(),
                    billing_schedule_id=self.schedule.id,
                    partner_id=self.subscriber.id,
                )
                self._activate(self.service)
            for event, days, choice in happenings:
                self.now += timedelta(days=days, minutes=1)
                note(f"{self.now} {event} {choice}")
                with freeze_time(self.now):
                    getattr(self, f"_do_{event}")(choice)
                    self._before_commit()
                    self._check_used()
                    self._isolate_due()
                    self._before_commit()
                    self._check_access()

    # The events

    def _do_run(self, _choice):
        self._bill_due()

    def _get_open(self):
        return self._get_invoices(self.service).filtered(
            lambda move: move.move_type == "out_invoice" and move._isp_is_open()
        )

    def _do_pay(self, choice, factor=1):
        for move in self._get_open()[-1:]:
            amount = move.amount_residual * factor + choice % 2
            self.payments |= self._pay(move, amount)

    def _do_overpay(self, choice):
        self._do_pay(choice, factor=3)

    def _do_deposit(self, choice):
        amount = AMOUNTS[choice % len(AMOUNTS)]
        self.payments |= self._pay_on_account(amount)

    def _do_pay_back(self, choice):
        amount = AMOUNTS[choice % len(AMOUNTS)]
        self._pay_on_account(amount, payment_type="outbound")

    def _do_credit(self, choice):
        moves = self._get_invoices(self.service).filtered(
            lambda move: move.move_type == "out_invoice" and not move.reversal_move_ids
        )
        if moves:
            move = moves[choice % len(moves)]
            self._reverse(move, isp_days_stay_settled=bool(choice % 2))

    def _do_cancel_payment(self, choice):
        if self.payments:
            payment = self.payments[choice % len(self.payments)]
            payment.action_cancel()
            self.payments -= payment

    def _do_promise(self, choice):
        self.service.promise_date = self.now.date() + timedelta(days=choice % 20)

    # What holds after each of them

    def _check_used(self):
        self.env.invalidate_all()
        if self._get_credit():
            self.assertFalse(self._get_open(), "money lies beside an open invoice")

    def _get_credit(self):
        partner = self.subscriber.commercial_partner_id
        return self.env["isp.dunning"]._get_credit(partner, self.company)[partner]

    def _check_access(self):
        self.env.invalidate_all()
        today = self.company._get_isp_today()
        overdue = self._get_open().filtered(lambda m: m.isp_isolation_date <= today)
        owed = sum(overdue.mapped("amount_residual")) - self._get_credit()
        promised = self.service._is_promised(today)
        due = owed > self.company.isp_minimum_due and not promised
        self.assertEqual(self.service.access, "isolated" if due else "open")
