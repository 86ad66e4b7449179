"""What a service owes, worked out day by day, without the code that is tested."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

DAY = timedelta(days=1)
PLAN = 0


class Refused(Exception):
    """What the product refuses as well."""


@dataclass(frozen=True)
class Terms:
    """A billing schedule, and the first day; without `day` it is the anniversary."""

    begin: date
    day: int | None
    in_arrears: bool
    first_period: str
    isolated_charge: str

    def begins_cycle(self, day):
        if self.day:
            return day.day == self.day
        return day.day == min(self.begin.day, monthrange(day.year, day.month)[1])

    def cycle_start(self, day):
        while not self.begins_cycle(day):
            day -= DAY
        return day

    def next_start(self, day):
        day += DAY
        while not self.begins_cycle(day):
            day += DAY
        return day

    def in_first_cycle(self, day):
        return self.begin <= day < self.next_start(self.begin)

    def cycle_length(self, day):
        """So many days does the price of a month pay for."""
        if self.first_period == "full" and self.in_first_cycle(day):
            return (self.next_start(self.begin) - self.begin).days
        start = self.cycle_start(day)
        return (self.next_start(start) - start).days

    def is_free(self, day):
        return self.first_period == "free" and self.in_first_cycle(day)


@dataclass
class Extra:
    """A further charge: each month, or percent of the plan."""

    percent: int | None
    price: int
    first: date
    last: date | None = None


@dataclass
class Unit:
    """One day of one charge, as it was settled."""

    key: int
    day: date
    amount: Fraction
    kind: str = "charge"
    charged_by: int | None = None
    released: bool = False
    credited_by: int | None = None


@dataclass
class Ledger:
    """Follows the events of one service; documents have numbers of the caller."""

    terms: Terms
    price: int
    units: list = field(default_factory=list)
    extras: dict = field(default_factory=dict)
    suspensions: list = field(default_factory=list)
    prices: list = field(default_factory=list)
    ended: date | None = None
    next_date: date | None = None

    # What is so on a day

    def price_on(self, day):
        """The monthly price that was agreed for this day."""
        known = [price for since, price in self.prices if since <= day]
        return known[-1] if known else self.prices[0][1]

    def amount_on(self, key, day):
        price = Fraction(self.price_on(day))
        if key != PLAN:
            extra = self.extras[key]
            price = price * extra.percent / 100 if extra.percent else extra.price
        return price / self.terms.cycle_length(day)

    def is_isolated(self, day, now):
        """Whether it was isolated from midnight to midnight of a day that is over."""
        start, end = (datetime(d.year, d.month, d.day) for d in (day, day + DAY))
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

    def release(self, chosen):
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
            )
        done = {(unit.key, unit.day) for unit in self.live()}
        for key in (PLAN, *self.extras):
            day = self.terms.begin
            while day <= until:
                if (key, day) not in done and self.covers(key, day):
                    self.units.append(self.settled(key, day, now))
                day += DAY

    def settled(self, key, day, now):
        if self.terms.isolated_charge != "full" and self.is_isolated(day, now):
            return Unit(key, day, Fraction(0), "isolated")
        if self.terms.is_free(day):
            return Unit(key, day, Fraction(0), "free")
        return Unit(key, day, self.amount_on(key, day))

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
        """Return the exact sum of the document, None when there is none."""
        self.settle(now, self.horizon(now))
        charged = [
            unit
            for unit in self.live()
            if unit.kind == "charge" and unit.charged_by is None
        ]
        credited = [u for u in self.units if u.released and u.credited_by is None]
        for unit in charged:
            unit.charged_by = number
        for unit in credited:
            unit.credited_by = number
        self.refresh_next_date()
        if not charged and not credited:
            return None
        return sum(u.amount for u in charged) - sum(u.amount for u in credited)

    def refresh_next_date(self):
        days = [unit.day for unit in self.units if unit.key == PLAN]
        following = max(days) + DAY if days else self.terms.begin
        if self.terms.in_arrears:
            following = self.terms.next_start(self.terms.cycle_start(following))
        self.next_date = None if self.ended else following

    def is_due(self, now):
        charged = self.is_open() or self.terms.isolated_charge == "full"
        return charged and bool(self.next_date) and self.next_date <= now.date()

    # Events

    def reprice(self, now, price):
        today = now.date()
        self.settle(now, today - DAY)
        self.release(
            unit
            for unit in self.live()
            if unit.day >= today and (unit.key == PLAN or self.extras[unit.key].percent)
        )
        self.price = price
        self.prices.append((today, price))

    def end_extra(self, key, last):
        self.extras[key].last = last
        self.release(unit for unit in self.live(key) if unit.day > last)

    def terminate(self, now, number):
        self.ended = now.date()
        self.suspensions = [(s, u or now) for s, u in self.suspensions]
        self.release(unit for unit in self.live() if unit.day > self.ended)
        return self.bill(now, number)

    def credit(self, invoice, number):
        """A credit note of a whole invoice."""
        charged = [unit for unit in self.units if unit.charged_by == invoice]
        if any(unit.credited_by is not None for unit in charged):
            raise Refused
        for unit in charged:
            if not unit.released:
                self.units.append(Unit(unit.key, unit.day, unit.amount))
            unit.released, unit.credited_by = True, number
        for unit in [u for u in self.units if u.credited_by == invoice]:
            again = Unit(unit.key, unit.day, unit.amount, "charge", number, True)
            self.units.append(again)

    def take_credit_back(self, number):
        """The credit note is set to draft and cancelled."""
        charged = [unit for unit in self.units if unit.charged_by == number]
        credited = [unit for unit in self.units if unit.credited_by == number]
        lives = [(unit, *self.live(unit.key, unit.day)) for unit in credited]
        if any(u.credited_by is not None for u in charged) or any(
            live[0].charged_by is not None for _unit, *live in lives if live
        ):
            raise Refused
        for unit, *live in lives:
            unit.credited_by = None
            if live and (live[0].kind == "isolated" or live[0].amount == unit.amount):
                self.units.remove(live[0])
                unit.released = False
        for unit in charged:
            self.units.remove(unit)

    def cancel(self, invoice):
        """An invoice, or a credit note that a run made, is cancelled."""
        charged = [unit for unit in self.units if unit.charged_by == invoice]
        if any(unit.credited_by is not None for unit in charged):
            raise Refused
        for unit in charged:
            unit.charged_by = None
            if unit.released:
                self.units.remove(unit)
        for unit in self.units:
            if unit.credited_by == invoice:
                unit.credited_by = None

    # What must have come of it

    def billed(self):
        """The days, {(charge, day)}, that are invoiced and not credited."""
        return {(unit.key, unit.day) for unit in self.live() if unit.charged_by}

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
