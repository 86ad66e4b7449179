from collections import Counter
from contextlib import closing
from copy import deepcopy
from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import given, note
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BillingCommon
from .day_ledger import Ledger
from .day_units import PLAN, Refused, Terms
from .day_units import Extra as LedgerExtra
from .lives import try_lives

OFFSET = timedelta(hours=7)  # Asia/Jakarta
FIRST = datetime(2027, 10, 1)  # so that 29 February 2028 lies within
PRICES = (199_999, 310_000, 150_001)
EVENTS = (
    *("run",) * 5,
    *("plan", "own_price", "suspend", "restore", "extra", "end_extra"),
    *("credit", "uncredit", "cancel", "invoice_now"),
    *("part", "forgive", "edit"),
)

schedules = st.fixed_dictionaries(
    {
        "day": st.none() | st.integers(1, 28),
        "in_arrears": st.booleans(),
        "first_period": st.sampled_from(("prorated", "full", "free")),
        "isolated_charge": st.sampled_from(("nothing", "full", "days")),
    }
)
clocks = st.sampled_from((0, 1, 7 * 60 - 1, 7 * 60, 10 * 60, 23 * 60 + 59))
events = st.lists(
    st.tuples(
        st.sampled_from(EVENTS), st.integers(0, 45), clocks, st.integers(0, 1000)
    ),
    min_size=3,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestBillingProperty(BillingCommon):
    """Whatever happens to a service: the days billed are the days owed, none twice,
    and the money of each document is the sum of its days, rounded once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.plans = [
            cls._create_plan(f"Plan {price}", 10, 5, list_price=price, taxes_id=False)
            for price in PRICES[:2]
        ]
        for plan in cls.plans:  # not even those of other companies
            plan.taxes_id = False
        cls.product = cls.env["product.product"].create(
            {"name": "Static address", "type": "service", "taxes_id": False}
        )

    @try_lives(7)
    @given(
        schedules,
        st.integers(0, 150),
        clocks,
        st.sampled_from((0, 0, 0, 3, 20)),
        events,
        st.tuples(st.integers(0, 45), clocks),
    )
    def test_days_billed_are_days_owed(self, terms, day, clock, wait, happenings, end):
        with closing(self.env.cr.savepoint()), freeze_time(FIRST) as self.clock:
            self._set_now(FIRST + timedelta(days=day, minutes=clock))
            self._start(terms, wait)
            for event, days, minutes, choice in happenings:
                self._go_on(days, minutes)
                note(f"{self.now} {event} {choice}")
                getattr(self, f"_do_{event}")(choice)
            self._go_on(*end)
            note(f"{self.now} terminate")
            self._terminate()
            self._check_outcome()

    def _set_now(self, moment):
        """To freeze time anew for each event costs more than the event."""
        self.now = moment
        self.clock.move_to(moment - OFFSET)

    def _go_on(self, days, minutes):
        """Go on to this time of day so many days later; never back."""
        midnight = self.now.replace(hour=0, minute=0)
        later = midnight + timedelta(days=days, minutes=minutes)
        self._set_now(max(later, self.now + timedelta(minutes=1)))

    def _start(self, terms, wait):
        begin = self.now.date() + timedelta(days=wait)
        self.documents, self.credits = self.env["account.move"], {}
        self.numbers, self.extras = {}, {}
        self.in_part = self.env["account.move.line"]
        self.schedule = self.env["isp.billing.schedule"].create(
            {
                "name": "Drawn",
                "anniversary": not terms["day"],
                **{name: terms[name] for name in terms if name != "day"},
                "billing_day": terms["day"] or 1,
            }
        )
        self.service = self._create_service(
            activation_date=begin,
            billing_schedule_id=self.schedule.id,
            partner_id=self.subscriber.id,
            plan_id=self.plans[0].id,
            tax_ids=False,
        )
        self.ledger = Ledger(Terms(begin, **terms), PRICES[0])
        self.ledger.prices.append((begin, PRICES[0]))
        self._expect_document(self.ledger.bill)
        self._activate(self.service)
        if wait:  # let in before its day, and billed then
            self._as("admin", self.service).action_restore()
            self.env["isp.biller"]._bill(self.service)
        self._check_document()

    # The documents

    def _expect_document(self, make):
        self.expected = make(self.now, self._get_number())

    def _get_number(self):
        return max(self.numbers.values(), default=0) + 1

    def _check_document(self):
        """Each document that the event has made is worth the sum of its days."""
        found = self._find_documents() - self.documents
        self.documents |= found
        self.assertEqual(len(found), len(self.expected))
        found = found.sorted("move_type")  # invoices first
        for move, (number, expected) in zip(found, self.expected.items(), strict=True):
            self.numbers[move] = number
            self.ledger.post(number, self._read_charges(move))
            sign = -1 if move.move_type == "out_refund" else 1
            self.assertEqual(move.state, "posted")
            self.assertEqual(move.invoice_date, self.now.date())
            self.assertAlmostEqual(
                sign * move.amount_untaxed, float(expected), delta=0.51
            )

    def _read_charges(self, move):
        sign = -1 if move.move_type == "out_refund" else 1
        return [
            (*self._read_days(line), sign * int(line.price_subtotal))
            for line in move.invoice_line_ids.filtered("isp_period_ids")
        ]

    def _read_days(self, line):
        return line.isp_charge_id.id or PLAN, line.isp_date_from, line.isp_date_to

    def _find_documents(self):
        lines = self.env["account.move.line"].search(
            [("isp_service_id", "=", self.service.id)]
        )
        return lines.move_id

    def _choose(self, moves, choice):
        return moves.sorted("id")[choice % len(moves)] if moves else moves

    def _attempt(self, in_ledger, action):
        """Do it in both; return whether it was done and not refused."""
        try:
            in_ledger()
        except Refused:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                action()
            return False
        action()
        return True

    # The events

    def _do_run(self, _choice):
        if self.ledger.is_due(self.now):
            self._expect_document(self.ledger.bill)
        else:
            self.expected = {}
        runs = self.env["isp.billing.run"].with_context(queue_job__no_delay=True)
        runs._cron_bill()
        failed = runs.search([]).line_ids.filtered("error")
        self.assertFalse(failed.mapped("error"))
        self._check_document()

    def _do_invoice_now(self, _choice):
        self._expect_document(self.ledger.bill)
        service = self._as("admin", self.service)
        if not self.expected:
            with self.assertRaises(UserError):
                service.action_invoice_now()
        else:
            service.action_invoice_now()
        self._check_document()

    def _do_plan(self, choice):
        plan = self.plans[choice % 2]
        if plan != self.service.plan_id:
            price = self.service.own_price or plan.list_price
            self.ledger.reprice(self.now, price, choice % 2)
        self._as("admin", self.service)._change_plan(plan)

    def _do_own_price(self, choice):
        own = (0, *PRICES[2:])[choice % 2]
        if own != self.service.own_price:
            self.ledger.reprice(self.now, own or self.service.plan_id.list_price)
        self._as("admin", self.service)._change_price(own)

    def _do_suspend(self, _choice):
        if self.ledger.is_open():
            self.ledger.suspensions.append((self.now, None))
            self._as("admin", self.service)._suspend("manual")

    def _do_restore(self, _choice):
        if not self.ledger.is_open():
            since, _until = self.ledger.suspensions.pop()
            self.ledger.suspensions.append((since, self.now))
            self._as("admin", self.service).action_restore()

    def _do_extra(self, choice):
        first = self.now.date() + timedelta(days=choice % 40 - 20)
        percent = (None, 10, -25)[choice % 3]
        charge = self._as("admin", self.env["isp.service.charge"]).create(
            {
                "service_id": self.service.id,
                "product_id": self.product.id,
                "kind": "percent" if percent else "monthly",
                "price": 30_001,
                "percent": percent or 0,
                "date_from": first,
            }
        )
        self.ledger.extras[charge.id] = LedgerExtra(percent, 30_001, first)

    def _do_end_extra(self, choice):
        running = [key for key, extra in self.ledger.extras.items() if not extra.last]
        if running:
            key = running[choice % len(running)]
            last = self.now.date() + timedelta(days=choice % 40 - 20)
            last = max(last, self.ledger.extras[key].first)
            self.ledger.end_extra(key, last)
            charge = self.env["isp.service.charge"].browse(key)
            self._as("admin", charge).date_to = last

    def _do_credit(self, choice):
        self._credit(choice)

    def _do_part(self, choice):
        self._credit(choice, share=(0.5, 0.1)[choice % 2])

    def _do_forgive(self, choice):
        self._credit(choice, share=(1, 0.5)[choice % 2], forgiven=True)

    def _credit(self, choice, share=1, forgiven=False):
        """A credit note of an invoice, in full or of a part of each of its lines."""
        move = self._choose(self._get_posted_invoices(), choice // 2)
        if not move:
            return
        number = self._get_number()
        today = self.now.date()
        with closing(self.env.cr.savepoint()) as savepoint:
            note = self._as("accountant", move)._reverse_moves(
                [{"invoice_date": today, "isp_days_stay_settled": forgiven}]
            )
            for line in note.invoice_line_ids:
                line.price_unit = round(line.price_unit * share)
            lines = [
                (
                    *self._read_days(line),
                    int(line.price_subtotal),
                    bool(line.isp_origin_line_id.isp_period_ids),
                )
                for line in note.invoice_line_ids
            ]
            ledger = deepcopy(self.ledger)
            try:
                full = ledger.credit(self.numbers[move], number, lines, forgiven)
            except Refused:
                with self.assertRaises(UserError):
                    note.action_post()
                    self.env.flush_all()
                return
            note.action_post()
            savepoint.close(rollback=False)
        self.ledger = ledger
        self.numbers[note] = number
        self.documents |= note
        for place, line in enumerate(note.invoice_line_ids):
            if place not in full:
                self.in_part |= line

    def _do_edit(self, choice):
        """An accountant changes the price of a line."""
        move = self._choose(self._get_posted_invoices(), choice // 3)
        line = move.invoice_line_ids.filtered("isp_period_ids")[:1]
        if not line:
            return
        price = round(line.price_unit * (0.5, 0.1, 1.5)[choice % 3])

        def edit():
            invoice = self._as("accountant", move)
            invoice.button_draft()
            command = Command.update(line.id, {"price_unit": price})
            invoice.write({"invoice_line_ids": [command]})
            invoice.action_post()

        def edit_in_ledger():
            if move.amount_untaxed - line.price_subtotal + price < 0:
                raise Refused  # by Odoo: an invoice is worth no less than nothing
            self.ledger.edit(self.numbers[move], *self._read_days(line), price)

        self._attempt(edit_in_ledger, edit)

    def _get_posted_invoices(self):
        return self.documents.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        )

    def _do_uncredit(self, choice):
        posted = self.documents.filtered(
            lambda m: m.state == "posted" and m.reversed_entry_id
        )
        if move := self._choose(posted, choice):
            self._attempt(
                lambda: self.ledger.take_credit_back(self.numbers[move]),
                self._as("accountant", move).button_cancel,
            )

    def _do_cancel(self, choice):
        posted = self.documents.filtered(
            lambda m: m.state == "posted" and not m.reversed_entry_id
        )
        if move := self._choose(posted, choice):
            self._attempt(
                lambda: self.ledger.cancel(self.numbers[move]),
                self._as("accountant", move).button_cancel,
            )

    def _terminate(self):
        self._expect_document(self.ledger.terminate)
        self._as("admin", self.service)._terminate("Moved away")
        self._check_document()

    # The outcome

    def _check_outcome(self):
        days, money = self._read_documents()
        self.assertLessEqual(set(days.values()), {0, 1}, "no day twice")
        billed = {key for key, number in days.items() if number}
        self.assertEqual(billed, self.ledger.billed())
        posted = self.documents.filtered(lambda m: m.state == "posted")
        owed = self.ledger.owed(self.now)
        if self.ledger.terms.isolated_charge != "nothing":
            self.assertEqual(billed, set(owed))
            total = float(self.ledger.worth(self.now))
            self.assertAlmostEqual(money, total, delta=self._get_rounding(posted))
        else:
            isolated = {
                key for key in owed if self.ledger.is_isolated(key[1], self.now)
            }
            self.assertLessEqual(set(owed) - isolated, billed)
            self.assertLessEqual(billed, set(owed))

    def _get_rounding(self, posted):
        """Documents are rounded once; what is given back is a part of their lines."""
        return 0.51 * len(posted) + len(posted.invoice_line_ids) + 0.01

    def _read_documents(self):
        """Return ({(charge, day): times billed}, money) as the posted lines say."""
        days, money = Counter(), 0.0
        for line in self._find_documents().invoice_line_ids:
            if line.parent_state != "posted":
                continue
            sign = -1 if line.move_type == "out_refund" else 1
            money += sign * line.price_subtotal
            if line in self.in_part:
                continue
            key = line.isp_charge_id.id or PLAN
            discount = key != PLAN and (self.ledger.extras[key].percent or 0) < 0
            charged = (line.price_subtotal < 0) == discount
            day = line.isp_date_from
            while day <= line.isp_date_to:
                days[key, day] += sign if charged else -sign
                day += timedelta(days=1)
        return days, money
