from contextlib import closing
from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import given, note
from hypothesis import strategies as st

from odoo.tests import tagged

from .lives import try_lives
from .test_customer_money import MoneyCommon

FIRST = datetime(2027, 10, 1, 3)
EVENTS = (
    *("run",) * 4,
    *("pay", "overpay", "deposit", "pay_back", "credit", "cancel_payment", "promise"),
    *("prepay", "prepay", "refund", "merge", "change_plan", "waive"),
)
FEES = ("no", "fixed", "percent")
AMOUNTS = (1, 37_000, 111_000, 150_000, 400_000)
events = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 25), st.integers(0, 1000)),
    min_size=4,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestMoneyProperty(MoneyCommon):
    """Whatever is paid, ahead, too much and back: no money lies beside an open invoice,
    who is isolated owes more than he has with us, and what was paid ahead is billed
    once. Late fees are charged once for an invoice and a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_plan.write({"list_price": 150_000, "taxes_id": cls.tax.ids})
        cls.offers = cls.env["isp.prepay.offer"].create(
            [
                {"months": months, "free_months": free, "company_id": cls.company.id}
                for months, free in ((2, 0), (3, 0.5), (4, 1))
            ]
        )

    @try_lives(4)
    @given(
        st.integers(0, 60),
        st.sampled_from((0, 0, 50_000)),
        st.sampled_from(FEES),
        events,
    )
    def test_money_is_used_before_isolation(self, day, minimum, fee, happenings):
        with closing(self.env.cr.savepoint()):
            self.now = FIRST + timedelta(days=day)
            self.company.write(
                {
                    "isp_minimum_due": minimum,
                    "isp_late_fee": fee,
                    "isp_late_fee_amount": 10_000,
                    "isp_late_fee_percent": 5,
                    "isp_late_fee_every": "month" if day % 2 else "once",
                }
            )
            self.customer = self.subscriber
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
                    self.env["isp.late.fee"]._cron_charge()
                    self._before_commit()
                    self._check_fees()
                    self._check_days()

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
        self.payments |= self._pay_on_account(amount, self.customer)

    def _do_pay_back(self, choice):
        amount = AMOUNTS[choice % len(AMOUNTS)]
        self._pay_on_account(amount, self.customer, payment_type="outbound")

    def _do_credit(self, choice):
        moves = self._get_invoices(self.service).filtered(
            lambda move: move.move_type == "out_invoice" and not move.reversal_move_ids
        )
        if moves:
            move = moves[choice % len(moves)]
            self._reverse(move, isp_days_stay_settled=bool(choice % 2))

    def _do_prepay(self, choice):
        offers = self.service._get_prepay_offers() & self.offers
        if offers:
            self.service._prepay(offers[choice % len(offers)])

    def _do_refund(self, choice):
        """A credit note that is paid back by bank."""
        notes = self._get_invoices(self.service).filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.payment_state in ("not_paid", "partial")
                and move.state == "posted"
            )
        )
        if notes:
            self._pay(notes[choice % len(notes)])

    def _do_merge(self, choice):
        """Two cards of one customer become one; he has some money on the other."""
        other = self.env["res.partner"].create({"name": f"The same {choice}"})
        self._pay_on_account(AMOUNTS[choice % len(AMOUNTS)], partner=other)
        kept, gone = self.customer, other
        if choice % 2:
            kept, gone = gone, kept
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        self.customer = kept

    def _do_change_plan(self, _choice):
        plans = self.plan | self.other_plan
        self._as("admin", self.service)._change_plan(plans - self.service.plan_id)

    def _do_waive(self, choice):
        fees = self._get_fees().filtered(lambda fee: not fee.reason)
        if fees:
            self._as("accountant", fees[choice % len(fees)])._waive("A favour")

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
        partner = self.customer.commercial_partner_id
        return self.env["isp.dunning"]._get_credit(partner, self.company)[partner]

    def _check_access(self):
        self.env.invalidate_all()
        today = self.company._get_isp_today()
        overdue = self._get_open().filtered(
            lambda m: m.isp_isolation_date and m.isp_isolation_date <= today
        )
        owed = sum(overdue.mapped("amount_residual")) - self._get_credit()
        promised = self.service._is_promised(today)
        due = owed > self.company.isp_minimum_due and not promised
        self.assertEqual(self.service.access, "isolated" if due else "open")

    def _get_fees(self):
        return self.env["isp.late.fee"].search([("service_id", "=", self.service.id)])

    def _check_fees(self):
        """One for an invoice and a month; none is charged that was waived; and none for
        months at once."""
        self.env.invalidate_all()
        fees = self._get_fees()
        keys = [(fee.move_id, fee.number) for fee in fees]
        self.assertEqual(len(set(keys)), len(keys))
        self.assertFalse(fees.move_id.filtered("isp_prepaid_months"))
        for fee in fees:
            rows = fee.charge_id.period_ids
            live = rows.filtered(lambda row: not row.released)
            self.assertLessEqual(len(live), 0 if fee.reason else 1)
            net = sum(row.charged - row.credited for row in rows if row.move_line_id)
            self.assertLessEqual(net, fee.amount)

    def _check_days(self):
        """Nothing is given back that was not charged, and what was withdrawn bills
        nothing."""
        for row in self.service.period_ids:
            self.assertGreaterEqual(row._get_remaining() * row.charged, 0)
            self.assertNotEqual(row.move_id.state, "cancel")
        live = self.service.period_ids.filtered(
            lambda row: not row.charge_id and not row.released
        )
        days = [day for row in live for day in row.days]
        self.assertEqual(len(set(days)), len(days))
