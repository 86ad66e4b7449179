"""What a service owes, worked out day by day, without the code that is tested."""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from .day_units import DAY, PLAN, Refused, Terms, Unit, by_day


@dataclass
class Ledger:
    """Follows the events of one service; documents have numbers of the caller."""

    terms: Terms
    price: int
    units: list = field(default_factory=list)
    extras: dict = field(default_factory=dict)
    suspensions: list = field(default_factory=list)
    prices: list = field(default_factory=list)
    pauses: list = field(default_factory=list)
    ended: date | None = None
    next_date: date | None = None
    plan: int = 0
    rows: int = 0

    # What is so on a day

    def price_on(self, day):
        """The monthly price that was agreed for this day; in a pause, (first day, last
        day, fee), what the pause costs."""
        for first, last, fee in self.pauses:
            if first <= day <= last:
                return fee
        known = [price for since, price in self.prices if since <= day]
        return known[-1] if known else self.prices[0][1]

    def amount_on(self, key, day):
        price = Fraction(self.price_on(day))
        if key != PLAN:
            extra = self.extras[key]
            price = price * extra.percent / 100 if extra.percent else extra.price
        return price / self.terms.cycle_length(day)

    def percent_of_posted(self, key, day):
        """What a percentage costs of a plan that was posted otherwise; or None."""
        percent = key != PLAN and self.extras[key].percent
        for unit in self.live(PLAN, day) if percent else ():
            row = self.row_of(unit)
            kept = sum(u.kept for u in row)
            if unit.charged_by and abs(kept - sum(u.amount for u in row)) > 1:
                return kept / len(row) * percent / 100
        return None

    def row_of(self, unit):
        return [u for u in self.units if u.row == unit.row] if unit.row else [unit]

    def is_isolated(self, day, now):
        """Whether it was isolated from midnight to midnight of a day that is over."""
        start, end = (datetime(d.year, d.month, d.day) for d in (day, day + DAY))
        if day == self.ended:
            end = now  # nobody knows what would have been after it
            if start == now:
                return any(since < now <= until for since, until in self.suspensions)
        if end > now:
            return False
        moment = start
        for since, until in sorted(self.suspensions, key=lambda pair: pair[0]):
            if since <= moment < (until or now):
                moment = until or now
        return moment >= end

    def is_open(self):
        return all(until for _since, until in self.suspensions)

    def covers(self, key, day):
        if key == PLAN:
            return True
        extra = self.extras[key]
        return extra.first <= day and (not extra.last or day <= extra.last)

    # Settling

    def live(self, key=None, day=None):
        return [
            unit
            for unit in self.units
            if not unit.released
            and (key is None or unit.key == key)
            and (day is None or unit.day == day)
        ]

    def cut(self, chosen):
        """Rows are cut where the chosen days begin and end: what was credited in part
        counts first for the chosen ones."""
        ids = {id(unit) for unit in chosen}
        for number in {unit.row for unit in chosen if unit.row}:
            row = sorted((u for u in self.units if u.row == number), key=by_day)
            inside = [unit for unit in row if id(unit) in ids]
            if len(inside) == len(row):
                continue
            ordered = inside + [unit for unit in row if id(unit) not in ids]
            before = None
            for unit in ordered:
                if not before or unit.day != before + DAY:
                    self.rows += 1
                unit.row, before = self.rows, unit.day
            self.pour(ordered)

    def pour(self, units):
        """Lay what was credited in part on these days, one after the other."""
        sums = {}
        for unit in units:
            for number, amount in unit.given.items():
                sums[number] = sums.get(number, 0) + amount
            unit.given = {}
        for number, amount in sorted(sums.items()):
            self.lay(units, number, amount)

    def lay(self, units, number, amount):
        for unit in units:
            part = min(amount, unit.left, key=abs)
            if part:
                unit.given[number] = unit.given.get(number, 0) + part
                amount -= part

    def release(self, chosen):
        chosen = [unit for unit in chosen if not (unit.net and not unit.kept)]
        self.cut(chosen)
        for unit in chosen:
            if unit.charged_by is None:
                self.units.remove(unit)
            else:
                unit.released = True

    def settle(self, now, until):
        credited = self.terms.isolated_charge == "days"
        if self.terms.isolated_charge != "full":
            self.release(
                unit
                for unit in self.live()
                if unit.kind == "charge"
                and (credited or unit.charged_by is None)
                and self.is_isolated(unit.day, now)
                and not self.stays_invoiced(unit.key, unit.day)
            )
        done = {(unit.key, unit.day) for unit in self.live()}
        for key in (PLAN, *self.extras):
            day = self.terms.begin
            while day <= until:
                if (key, day) not in done and self.covers(key, day):
                    self.units.append(self.settled(key, day, now))
                day += DAY

    def stays_invoiced(self, key, day):
        """Whether it is isolated for nothing: it was invoiced, at another price."""
        return self.terms.isolated_charge == "nothing" and any(
            unit.released and unit.charged_by is not None and unit.credited_by is None
            for unit in self.units
            if (unit.key, unit.day) == (key, day)
        )

    def settled(self, key, day, now):
        if (
            self.terms.isolated_charge != "full"
            and self.is_isolated(day, now)
            and not self.stays_invoiced(key, day)
        ):
            return Unit(key, day, Fraction(0), "isolated")
        if self.terms.is_free(day):
            return Unit(key, day, Fraction(0), "free")
        amount = self.percent_of_posted(key, day)
        special = amount is not None
        amount = amount if special else self.amount_on(key, day)
        kind = "charge" if amount else "free"
        plan = self.plan if key == PLAN else 0
        return Unit(key, day, amount, kind, special=special, plan=plan)

    def horizon(self, now):
        today = now.date()
        if self.ended:
            return self.ended
        start = self.terms.cycle_start(today)
        last = start - DAY if self.terms.in_arrears else self.terms.next_start(start)
        last = last if self.terms.in_arrears else last - DAY
        if self.terms.isolated_charge != "full" and not self.is_open():
            last = min(last, today - DAY)
        return last

    def bill(self, now, number):
        """Return the exact sums of the documents, {number: sum}: what is given back
        has one of its own, with the next number, when others are charged."""
        self.settle(now, self.horizon(now))
        self.cancel_out()
        charged = [
            unit
            for unit in self.live()
            if unit.kind == "charge" and unit.charged_by is None
        ]
        credited = [
            unit
            for unit in self.units
            if unit.released
            and unit.credited_by is None
            and sum(u.left for u in self.row_of(unit))
        ]
        for unit in charged:
            unit.charged_by = number
        total, given_back = (
            sum(u.amount for u in charged),
            sum(u.left for u in credited),
        )
        apart = min(total, given_back) >= Fraction(1, 2)
        for unit in credited:
            self.settle_by(unit, number + apart)
        self.refresh_next_date()
        if apart:
            return {number: total, number + 1: -given_back}
        return {number: total - given_back} if charged or credited else {}

    def settle_by(self, unit, number):
        unit.credited_by = number
        if unit.left:
            unit.given[number] = unit.given.get(number, 0) + unit.left

    def cancel_out(self):
        """What would be credited and charged alike stays as it was invoiced."""
        restored = []
        for unit in self.units:
            if not unit.released or unit.credited_by is not None:
                continue
            for other in self.live(unit.key, unit.day):
                if (
                    other.charged_by is None
                    and other.kind == "charge"
                    and (other.amount, other.plan) == (unit.amount, unit.plan)
                ):
                    restored.append((unit, other))
        self.restore(restored)

    def restore(self, pairs):
        pairs = list(pairs)
        self.cut([unit for unit, _other in pairs])
        for unit, other in pairs:
            unit.released = False
            if other:
                self.units = [u for u in self.units if u is not other]

    def post(self, number, lines):
        """A document charges this: (charge, first day, last day, net)."""
        for key, first, last, net in lines:
            units = [
                unit
                for unit in self.units
                if (unit.charged_by, unit.key) == (number, key)
                and first <= unit.day <= last
            ]
            self.rows += 1
            for unit in units:
                unit.row, unit.net = self.rows, Fraction(net) / len(units)

    def edit(self, number, key, first, last, net):
        """An invoice is set to draft, a line of it changed, and posted again."""
        units = [
            unit
            for unit in self.units
            if (unit.charged_by, unit.key) == (number, key)
            and first <= unit.day <= last
        ]
        total, nets = sum(unit.amount for unit in units), {}
        for row in {unit.row: self.row_of(unit) for unit in units}.values():
            net_of_row = net * sum(unit.amount for unit in row) / total
            spent = sum(unit.net - unit.left for unit in row)
            if spent and not (net_of_row and 0 <= spent / net_of_row <= 1):
                raise Refused
            for unit in row:
                nets[id(unit)] = net_of_row / len(row)
        for unit in units:
            unit.net, unit.special = nets[id(unit)], True
        for row in {unit.row: self.row_of(unit) for unit in units}.values():
            self.pour(sorted(row, key=by_day))

    def refresh_next_date(self):
        days = [unit.day for unit in self.units if unit.key == PLAN]
        following = max(days) + DAY if days else self.terms.begin
        if self.terms.in_arrears:
            following = self.terms.next_start(self.terms.cycle_start(following))
        self.next_date = None if self.ended else following

    def is_due(self, now):
        charged = self.is_open() or self.terms.isolated_charge == "full"
        charged = charged or self.terms.in_arrears
        return charged and bool(self.next_date) and self.next_date <= now.date()

    # Events

    def reprice(self, now, price, plan=None):
        today = now.date()
        self.settle(now, today - DAY)
        self.release(
            unit
            for unit in self.live()
            if unit.day >= today and (unit.key == PLAN or self.extras[unit.key].percent)
        )
        self.price = price
        self.plan = self.plan if plan is None else plan
        self.prices.append((today, price))

    def end_extra(self, key, last):
        self.extras[key].last = last
        self.release(unit for unit in self.live(key) if unit.day > last)

    def terminate(self, now, number):
        self.ended = now.date()
        self.suspensions = [(s, u or now) for s, u in self.suspensions]
        self.release(unit for unit in self.live() if unit.day > self.ended)
        return self.bill(now, number)

    def credit(self, invoice, number, lines, forgiven=False):
        """A credit note of an invoice.

        :param lines: of the note, (charge, first day, last day, net), what it credits
        :return: the numbers of the lines by which days are given back
        """
        full = set()
        for place, (key, first, last, net, charges) in enumerate(lines):
            units = [
                unit
                for unit in sorted(self.units, key=by_day)
                if (unit.charged_by if charges else unit.credited_by) == invoice
                and unit.key == key
                and first <= unit.day <= last
            ]
            if charges and self.credit_line(units, number, net, forgiven):
                full.add(place)
            elif not charges and not forgiven:
                full.add(place)
                self.rows += 1
                for unit in units:
                    share = Fraction(-net) / len(units)
                    again = Unit(key, unit.day, unit.amount, "charge", number, True)
                    again.net, again.row, again.plan = share, self.rows, unit.plan
                    self.units.append(again)
        return full

    def credit_line(self, units, number, net, forgiven):
        """Return whether days are given back."""
        if any(unit.credited_by is not None for unit in units):
            raise Refused
        if forgiven:
            self.charge_after_all([unit for unit in units if unit.released])
        left = sum(unit.left for unit in units)
        if left * net < 0 or abs(net) >= abs(left) + 2:
            raise Refused
        whole = abs(net) + 1 >= abs(left)
        if whole and not forgiven:
            for unit in units:
                self.give_back(unit, number)
            return True
        rows = {unit.row: self.row_of(unit) for unit in units}
        for row in rows.values():
            row.sort(key=by_day)
            room = sum(unit.left for unit in row)
            share = room if whole else net * room / left
            if not forgiven:
                self.lay(row, number, share)
                continue
            for unit in row:
                unit.forgiven[number] = share / len(row)
            self.pour(row)
        return False

    def give_back(self, unit, number):
        if not unit.released:
            ratio = unit.kept / unit.net if unit.net else 1
            again = Unit(unit.key, unit.day, unit.amount * ratio, plan=unit.plan)
            again.special = unit.special or ratio != 1
            self.units.append(again)
        unit.released = True
        self.settle_by(unit, number)

    def charge_after_all(self, units):
        pairs = []
        for unit in units:
            lives = self.live(unit.key, unit.day)
            if any(live.charged_by is not None for live in lives):
                raise Refused
            pairs.append((unit, lives[0] if lives else None))
        self.restore(pairs)

    def take_credit_back(self, number):
        """The credit note is set to draft and cancelled."""
        charged = [unit for unit in self.units if unit.charged_by == number]
        credited = [unit for unit in self.units if unit.credited_by == number]
        lives = [(unit, *self.live(unit.key, unit.day)) for unit in credited]
        if any(u.net != u.left for u in charged) or any(
            live[0].charged_by is not None for _unit, *live in lives if live
        ):
            raise Refused
        for unit in self.units:
            unit.given.pop(number, None)
            unit.forgiven.pop(number, None)
        for unit in credited:
            unit.credited_by = None
        self.restore(
            (unit, live[0])
            for unit, *live in lives
            if live and (live[0].kind == "isolated" or live[0].amount == unit.amount)
        )
        for unit in charged:
            self.units.remove(unit)

    def cancel(self, invoice):
        """An invoice, or a credit note that a run made, is cancelled."""
        charged = [unit for unit in self.units if unit.charged_by == invoice]
        if any(unit.net != unit.left for unit in charged):
            raise Refused
        for unit in charged:
            unit.charged_by, unit.net, unit.row = None, Fraction(0), 0
            unit.special = unit.special and unit.key != PLAN
            if unit.released:
                self.units.remove(unit)
        for unit in self.units:
            unit.given.pop(invoice, None)
            if unit.credited_by == invoice:
                unit.credited_by = None

    # What must have come of it

    def billed(self):
        """The days, {(charge, day)}, that are invoiced and not credited."""
        return {(unit.key, unit.day) for unit in self.live() if unit.charged_by}

    def worth(self, now):
        """The money of all days: of those that an accountant has changed as posted, of
        the others as they are owed by the rules."""
        owed = self.owed(now)
        for unit in self.live():
            if unit.special or unit.net != unit.left:
                owed[unit.key, unit.day] = unit.left
        return sum(owed.values())

    def owed(self, now):
        """The days that are owed by the rules, {(charge, day): amount}; not for
        isolated days that stay invoiced ("nothing"): their end depends on the way."""
        owed = {}
        for key in (PLAN, *self.extras):
            day = self.terms.begin
            while day <= self.ended:
                isolated = self.terms.isolated_charge == "days" and self.is_isolated(
                    day, now
                )
                if (
                    self.covers(key, day)
                    and not isolated
                    and not self.terms.is_free(day)
                ):
                    owed[key, day] = self.amount_on(key, day)
                day += DAY
        return owed
