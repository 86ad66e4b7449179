"""Which days of a service are charged, and how much: pure functions on dates.

A *cycle* is the month that a full monthly price pays for: from the billing day, or
the service's own anniversary, to the day before the next one. What is charged for
some days of it is ``price * days / days of the cycle``. All ranges of days include
their last day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Days:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __len__(self):
        return (self.last - self.first).days + 1

    def __iter__(self):
        return (self.first + DAY * number for number in range(len(self)))

    def __and__(self, other):
        """The days that both have, None without any."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None


@dataclass(frozen=True)
class Calendar:
    """Where the cycles begin.

    :param anchor: a day on which a cycle begins; that of another month begins on
        the same day of the month, or on its last day when it is shorter
    :param months: so many months are in a cycle
    :param offset: so many months after the anchor one begins
    """

    anchor: date
    months: int = 1
    offset: int = 0

    @classmethod
    def monthly(cls, day):
        """Cycles that begin on this day of the month, 1 to 28."""
        return cls(date(2000, 1, day))

    def cycle(self, day):
        """Return the cycle (Days) that contains the day."""
        number = self._number(day)
        return Days(self._start(number), self._start(number + 1) - DAY)

    def joined(self, months, day):
        """Return the Calendar of which a cycle has so many months, the first one that
        of this day."""
        if months == 1:
            return self
        return Calendar(self.anchor, months, self._number(day))

    def last_of(self, day, months):
        """Return the last day of so many whole cycles, the first one that of this day
        or, when it has begun before, the next one."""
        if self.cycle(day).first != day:
            day = self.cycle(day).last + DAY
        for _number in range(months):
            day = self.cycle(day).last + DAY
        return day - DAY

    def split(self, span):
        """Yield (Days, cycle) for the part of the span that each cycle has."""
        day = span.first
        while day <= span.last:
            cycle = self.cycle(day)
            part = Days(day, min(cycle.last, span.last))
            yield part, cycle
            day = part.last + DAY

    def _number(self, day):
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        number = (months - self.offset) // self.months
        return number - 1 if self._start(number) > day else number

    def _start(self, number):
        return self.anchor + relativedelta(months=number * self.months + self.offset)


@dataclass(frozen=True)
class Segment:
    """Days of one cycle that have one monthly price, or that are free.

    ``kind`` is "charge", "free" (first period) or "isolated" (not charged);
    ``cycle_days`` is how many days the monthly price pays for.
    """

    days: Days
    cycle_days: int
    kind: str
    price: float = 0.0

    @property
    def amount(self):
        """The exact amount, not rounded."""
        return self.price * len(self.days) / self.cycle_days


def uncovered(span, covered):
    """Return the parts (list of Days) of the span that none of `covered` contains."""
    parts, start = [], span.first
    for days in sorted(covered):
        if days.last < start or days.first > span.last:
            continue
        if days.first > start:
            parts.append(Days(start, days.first - DAY))
        if days.last >= span.last:
            return parts
        start = days.last + DAY
    return [*parts, Days(start, span.last)]


def spread(amount, weights, digits=6):
    """Return the parts (list of float) of an amount that these weights have; their sum
    is the amount."""
    total, parts, done, reached = sum(weights), [], 0.0, 0.0
    for weight in weights:
        reached += weight
        whole = round(amount * reached / total, digits)
        parts.append(round(whole - done, digits))
        done = whole
    return parts


def fill(amount, rooms):
    """Return the parts (list of float) of an amount, each as much as its room still
    takes, the first ones first. All have the same sign."""
    parts = []
    for room in rooms:
        part = min(amount, room, key=abs)
        parts.append(part)
        amount = round(amount - part, 6)
    return parts


def horizon(today, calendar, in_advance):
    """Return the last day that an invoice of today charges."""
    cycle = calendar.cycle(today)
    return cycle.last if in_advance else cycle.first - DAY


def next_invoice_date(reached, calendar, in_advance):
    """Return the day of the next regular invoice.

    :param reached: the last day that invoices have come to
    """
    following = reached + DAY
    return following if in_advance else calendar.cycle(following).last + DAY


def whole_days(intervals, zone):
    """Return the days (list of Days) that lie within the intervals from midnight to
    midnight; intervals that touch or overlap count as one.

    :param intervals: iterable of (start, end), naive UTC datetimes; end None: goes on
    :param zone: tzinfo of the place whose midnight counts
    """
    merged: list[list] = []
    for start, end in sorted(intervals, key=lambda pair: pair[0]):
        end = end or datetime.max
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    days = (_whole_days(start, end, zone) for start, end in merged)
    return [span for span in days if span]


def _whole_days(start, end, zone):
    start = _local(start, zone)
    first = start.date() if start.time() == datetime.min.time() else start.date() + DAY
    if end == datetime.max:
        return Days(first, date.max)
    last = _local(end, zone).date() - DAY
    return Days(first, last) if first <= last else None


def _local(moment, zone):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)


def rate(
    spans: Iterable[Days],
    calendar: Calendar,
    price_on: Callable[[date], float],
    isolated: Iterable[Days] = (),
    first_cycle: Days | None = None,
    first_period: str = "prorated",
):
    """Cut the spans where cycle, price or isolation change.

    :param price_on: function from a day to the monthly price on it
    :param isolated: days that are not charged
    :param first_cycle: the cycle in which the service began
    :param first_period: how the days of that one are charged: "prorated", "full" (the
        whole price, however few they are) or "free"
    :return: list of Segment, in the order of the days
    """
    isolated = list(isolated)
    segments = []
    for span in spans:
        for part, cycle in calendar.split(span):
            first = first_cycle if first_cycle and part & first_cycle else None
            terms_of = partial(
                _get_terms, len(cycle), price_on, isolated, first, first_period
            )
            segments += _cut(part, terms_of)
    return segments


def _cut(part, terms_of):
    """Yield a Segment for each run of days that have the same terms."""
    first, terms = part.first, terms_of(part.first)
    for day in part:
        following = terms_of(day)
        if following != terms:
            yield Segment(Days(first, day - DAY), *terms)
            first, terms = day, following
    yield Segment(Days(first, part.last), *terms)


def _get_terms(length, price_on, isolated, first_cycle, first_period, day):
    """Return (cycle days, kind, price) of one day of a cycle of this length."""
    if any(part.first <= day <= part.last for part in isolated):
        return length, "isolated", 0.0
    if first_cycle and day <= first_cycle.last:
        if first_period == "free":
            return length, "free", 0.0
        if first_period == "full":
            length = len(first_cycle)
    return length, "charge", price_on(day)
