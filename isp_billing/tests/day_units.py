"""What the ledger by days is made of: terms, charges, and single days."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
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


@dataclass(eq=False)
class Unit:
    """One day of one charge, as it was settled.

    `amount` follows from the rules; `net` is what was posted, `given` and `forgiven`
    what documents have credited of it in part, and `row` the run of days it is in.
    """

    key: int
    day: date
    amount: Fraction
    kind: str = "charge"
    charged_by: int | None = None
    released: bool = False
    credited_by: int | None = None
    plan: int = 0
    net: Fraction = Fraction(0)
    row: int = 0
    special: bool = False  # not what the rules say: edited, or a percentage of such
    given: dict = field(default_factory=dict)
    forgiven: dict = field(default_factory=dict)

    @property
    def kept(self):
        """What was posted, less what was forgiven."""
        return self.net - sum(self.forgiven.values())

    @property
    def left(self):
        return self.kept - sum(self.given.values())


def by_day(unit):
    return unit.day
