from contextlib import closing
from datetime import date, datetime, time, timedelta

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from .day_ledger import Ledger
from .day_units import Terms
from .lives import try_lives
from .test_portal_billing import PortalCommon

BEGIN = "2026-06-05"
PRICE, FEE = 200_000, 50_000
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 6, 20), date(2026, 8, 10)


@tagged("post_install", "-at_install")
class TestPauseBilling(PortalCommon):
    """Money of a pause over the ends of months, against the ledger of single days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.service = cls._create_subscription(BEGIN)

    def _worth(self, until, first=FIRST, last=LAST, fee=0):
        """Return what all days from the activation on are worth, one by one."""
        terms = Terms(date.fromisoformat(BEGIN), 5, False, "prorated", "full")
        ledger = Ledger(terms, PRICE, ended=until, pauses=[(first, last, fee)])
        ledger.prices.append((terms.begin, PRICE))
        return float(ledger.worth(now=None))

    def _billed(self):
        moves = self._get_invoices(self.service)
        return sum(
            move.amount_untaxed * (-1 if move.move_type == "out_refund" else 1)
            for move in moves
            if move.state == "posted"
        )

    def _assert_worth(self, until, **kwargs):
        moves = self._get_invoices(self.service)
        self.assertAlmostEqual(
            self._billed(), self._worth(until, **kwargs), delta=0.51 * len(moves)
        )

    def _pause(self, at="2026-06-20 03:00:00", fee=0.0):
        with freeze_time(at):
            self._as("admin", self.service)._pause(FIRST, LAST, fee=fee)

    def _lift(self, at="2026-08-10 17:00:00"):
        with freeze_time(at):
            self.service._apply_dates()

    def _bill_at(self, *days):
        for day in days:
            with freeze_time(f"{day} 03:00:00"):
                self._bill_due()

    def _for_each_rule(self):
        for rule in ("nothing", "full", "days"):
            with self.subTest(rule=rule), self.env.cr.savepoint() as savepoint:
                self.schedule.isolated_charge = rule
                yield
                savepoint.rollback()
                self.env.invalidate_all()

    def test_days_of_the_pause_are_given_back_at_once_and_not_charged(self):
        for _rule in self._for_each_rule():
            self._pause()
            self._assert_worth(date(2026, 6, 19))
            self._bill_at("2026-07-05", "2026-08-05")
            self._assert_worth(date(2026, 6, 19))
            self._lift()
            self._bill_at("2026-08-11", "2026-09-05")
            self._assert_worth(date(2026, 10, 4))

    def test_a_fee_is_charged_by_days_after_it(self):
        for _rule in self._for_each_rule():
            self._pause(fee=FEE)
            self._bill_at("2026-07-05", "2026-08-05")
            self._lift()
            self._bill_at("2026-08-11", "2026-09-05")
            self._assert_worth(date(2026, 10, 4), fee=FEE)

    def test_ended_early_the_days_from_then_on_are_charged(self):
        for _rule in self._for_each_rule():
            self._pause(fee=FEE)
            self._bill_at("2026-07-05")
            with freeze_time("2026-07-20 03:00:00"):
                self._as("admin", self.service).action_resume()
            self._bill_at("2026-07-20", "2026-08-05")
            self._assert_worth(date(2026, 9, 4), last=date(2026, 7, 19), fee=FEE)

    @try_lives(3)
    @given(
        st.sampled_from(("nothing", "full", "days")),
        st.integers(1, 70),
        st.integers(1, 100),
        st.integers(0, 1),
        st.sampled_from((0, FEE)),
    )
    def test_any_pause_over_any_months(self, rule, wait, days, early, fee):
        """From any day on, for any time, ended early or not, with a bill on each day
        of billing."""
        begin = date.fromisoformat(BEGIN)
        first = begin + timedelta(days=wait)
        last = first + timedelta(days=days)
        back = first + timedelta(days=1 + days // 2) if early else last + DAY
        bills = [date(2026 + m // 12, m % 12 + 1, 5) for m in range(6, 15)]
        with closing(self.env.cr.savepoint()), freeze_time(BEGIN) as clock:
            self.schedule.isolated_charge = rule
            for day in sorted({*bills, first, back}):
                clock.move_to(datetime.combine(day, time(3)))
                if day == first:
                    self._as("admin", self.service)._pause(first, last, fee=fee)
                if day == back and early:
                    self._as("admin", self.service).action_resume()
                self.service._apply_dates()
                if day >= back or day in bills:
                    self._bill_due()
            self._assert_worth(date(2027, 4, 4), first=first, last=back - DAY, fee=fee)

    def test_another_plan_in_a_pause_charges_nothing_of_it(self):
        self.other_plan.write({"list_price": PRICE, "taxes_id": self.tax.ids})
        self._pause(fee=FEE)
        with freeze_time("2026-07-10 03:00:00"):
            self._as("admin", self.service)._change_plan(self.other_plan)
        self._bill_at("2026-08-05")
        self._lift()
        self._bill_at("2026-08-11", "2026-09-05")
        self._assert_worth(date(2026, 10, 4), fee=FEE)

    def test_days_that_are_settled_already_stay_so(self):
        self.service = (
            self.env["isp.service"]
            .sudo()
            ._take_over(
                [
                    {
                        "service": {
                            "contact_name": "Asih",
                            "phone": "+62 812-3456-7111",
                            "plan_id": self.plan.id,
                            "billing_schedule_id": self.schedule.id,
                            "activation_date": date(2026, 6, 5),
                        },
                        "billed_until": date(2026, 7, 4),
                        "balance": 0,
                        "balance_due": False,
                    }
                ]
            )
        )
        self._pause()
        self.assertTrue(self.service.is_paused)
        rows = self.env["isp.billing.period"].search(
            [("service_id", "=", self.service.id)], order="date_from"
        )
        self.assertEqual(
            [(row.kind, row.date_from, row.date_to) for row in rows],
            [
                ("taken_over", date(2026, 6, 5), date(2026, 7, 4)),
                ("paused", date(2026, 7, 5), LAST),
            ],
        )

    def test_ended_for_good_in_a_pause(self):
        self._pause(fee=FEE)
        with freeze_time("2026-07-10 03:00:00"):
            self._as("admin", self.service)._terminate("Moved away")
        self._assert_worth(date(2026, 7, 10), fee=FEE)

    def test_planned_for_a_day_after_the_next_invoice(self):
        wizard = self._as("admin", self.env["isp.service.pause"])
        with freeze_time("2026-06-20 03:00:00"):
            wizard = wizard.create(
                {
                    "service_id": self.service.id,
                    "date_from": "2026-07-20",
                    "date_until": LAST,
                    "fee": FEE,
                }
            )
            wizard.action_preview()
            self.assertFalse(self.service.pause_from, "only shown")
            self.assertEqual(len(self._get_invoices(self.service)), 1)
            wizard.action_apply()
        self._bill_at("2026-07-05")
        self._assert_worth(date(2026, 8, 4), first=date(2026, 9, 1))
        with freeze_time("2026-07-20 03:00:00"):
            self.service._begin_pauses()
        self._lift()
        self._bill_at("2026-08-11", "2026-09-05")
        self._assert_worth(date(2026, 10, 4), first=date(2026, 7, 20), fee=FEE)

    @freeze_time("2026-06-20 03:00:00")
    def test_the_subscriber_reads_until_when(self):
        self._pause()
        text = self._read(self._open(f"/my/services/{self.service.id}"))
        self.assertIn("Paused", text)
        self.assertIn("Pause from 06/20/2026 until 08/10/2026", text)
        self.assertNotIn("isolated", text)
