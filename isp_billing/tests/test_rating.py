from calendar import isleap
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..rating import (
    DAY,
    Calendar,
    Days,
    horizon,
    next_invoice_date,
    rate,
    uncovered,
    whole_days,
)

JAKARTA = pytz.timezone("Asia/Jakarta")
OFFSET = timedelta(hours=7)
exactly = settings(max_examples=150, derandomize=True, deadline=None, database=None)
days = st.dates(date(2023, 1, 1), date(2029, 12, 31))
moments = st.datetimes(datetime(2027, 1, 1), datetime(2027, 3, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@st.composite
def spans(draw, longest=100):
    first = draw(days)
    return Days(first, first + DAY * draw(st.integers(0, longest)))


@st.composite
def intervals(draw):
    """(start, end) in local time, often at midnight; the last one may go on."""
    edges = st.one_of(
        moments, moments.map(lambda moment: moment.replace(hour=0, minute=0))
    )
    pairs = [sorted(pair) for pair in draw(st.lists(st.tuples(edges, edges)))]
    found = [(start, end) for start, end in pairs if start < end]
    if draw(st.booleans()):
        found.append((draw(edges), None))
    return found


calendars = st.one_of(
    st.integers(1, 28).map(Calendar.monthly),
    st.dates(date(2023, 1, 28), date(2024, 12, 31)).map(Calendar),
)


@tagged("post_install", "-at_install")
class TestRating(BaseCase):
    """Which days are charged and how much, for every calendar that there is."""

    @exactly
    @given(calendars, days)
    def test_cycles_follow_on_each_other(self, calendar, day):
        cycle = calendar.cycle(day)
        self.assertTrue(cycle.first <= day <= cycle.last)
        self.assertTrue(28 <= len(cycle) <= 31)
        self.assertEqual(calendar.cycle(cycle.last + DAY).first, cycle.last + DAY)
        self.assertEqual(calendar.cycle(cycle.first - DAY).last, cycle.first - DAY)
        for other in (cycle.first, cycle.last):
            self.assertEqual(calendar.cycle(other), cycle)

    def test_anniversaries_of_the_last_days_of_a_month(self):
        for anchor in (28, 29, 30, 31):
            for year in (2027, 2028):
                calendar = Calendar(date(2026, 12, anchor))
                last = 29 if isleap(year) else 28
                begins = date(year, 2, min(anchor, last))
                self.assertEqual(calendar.cycle(begins).first, begins)
                self.assertEqual(
                    calendar.cycle(date(year, 3, 31)).first, date(year, 3, anchor)
                )
                self.assertEqual(
                    calendar.cycle(begins).last, date(year, 3, anchor) - DAY
                )

    @exactly
    @given(calendars, days, days, st.sampled_from((2, 3, 6, 12)))
    def test_cycles_of_several_months(self, calendar, begun, day, months):
        joined = calendar.joined(months, begun)
        cycle = joined.cycle(day)
        self.assertIn(day, cycle)
        self.assertEqual(joined.cycle(begun).first, calendar.cycle(begun).first)
        self.assertEqual(joined.cycle(cycle.last + DAY).first, cycle.last + DAY)
        parts = list(calendar.split(cycle))
        self.assertEqual(len(parts), months)
        self.assertTrue(all(part == whole for part, whole in parts))
        self.assertEqual(calendar.joined(1, begun), calendar)

    @exactly
    @given(calendars, days, st.integers(1, 13))
    def test_so_many_whole_months(self, calendar, day, months):
        last = calendar.last_of(day, months)
        parts = calendar.split(Days(day, last))
        self.assertEqual(len([part for part, cycle in parts if part == cycle]), months)
        self.assertEqual(calendar.cycle(last).last, last)

    @exactly
    @given(spans(), st.lists(spans(), max_size=6))
    def test_uncovered_days_are_those_that_nothing_covers(self, span, covered):
        found = [day for part in uncovered(span, covered) for day in part]
        taken = {day for part in covered for day in part}
        self.assertEqual(found, [day for day in span if day not in taken])

    def test_what_is_covered_for_ever(self):
        for_ever = Days(date(2027, 1, 5), date.max)
        span = Days(date(2027, 1, 1), date(2027, 1, 31))
        self.assertEqual(
            uncovered(span, [for_ever]), [Days(date(2027, 1, 1), date(2027, 1, 4))]
        )
        self.assertEqual(uncovered(Days(date(2027, 1, 9), date.max), [for_ever]), [])

    @exactly
    @given(
        calendars,
        spans(),
        st.lists(st.tuples(days, st.integers(1, 10**6)), max_size=3),
        st.lists(spans(), max_size=2),
        st.sampled_from(("prorated", "full", "free")),
    )
    def test_each_day_is_rated_once_and_adds_up(
        self, calendar, span, changes, isolated, first_period
    ):
        prices = sorted(changes)

        def price_on(day):
            return ([100] + [price for since, price in prices if since <= day])[-1]

        first = Days(span.first, calendar.cycle(span.first).last)
        segments = rate([span], calendar, price_on, isolated, first, first_period)
        self.assertEqual([day for s in segments for day in s.days], list(span))
        away = {day for part in isolated for day in part}
        total = Fraction()
        for day in span:
            in_first = day <= first.last
            if day in away or (in_first and first_period == "free"):
                continue
            full = in_first and first_period == "full"
            total += Fraction(
                price_on(day), len(first if full else calendar.cycle(day))
            )
        self.assertAlmostEqual(sum(s.amount for s in segments), float(total), places=4)

    @exactly
    @given(calendars, st.integers(2023, 2029), st.integers(1, 12))
    def test_a_whole_cycle_costs_the_price(self, calendar, year, month):
        cycle = calendar.cycle(date(year, month, 1))
        (segment,) = rate([cycle], calendar, lambda day: 199_999)
        self.assertEqual(segment.amount, 199_999)

    @exactly
    @given(intervals())
    def test_whole_days_lie_between_midnights_of_the_place(self, pairs):
        utc = [(start - OFFSET, end and end - OFFSET) for start, end in pairs]
        found = Counter()
        for part in whole_days(utc, JAKARTA):
            found.update(Days(part.first, min(part.last, date(2027, 4, 1))))
        day, expected = date(2026, 12, 30), set()
        while day <= date(2027, 4, 1):
            if self._is_within(day, pairs):
                expected.add(day)
            day += DAY
        self.assertEqual(set(found), expected)
        self.assertLessEqual(set(found.values()), {1})

    def _is_within(self, day, pairs):
        """Whether each minute of the day is in one of the intervals."""
        moment = datetime.combine(day, datetime.min.time())
        midnight = moment + DAY
        while moment < midnight:
            ends = [
                end or datetime.max
                for start, end in pairs
                if start <= moment < (end or datetime.max)
            ]
            if not ends:
                return False
            moment = max(ends)
        return True

    def test_whole_days_at_midnight_in_jakarta(self):
        evening = datetime(2027, 1, 4, 17)  # 5 January 00:00 there
        day = Days(date(2027, 1, 5), date(2027, 1, 5))
        minute = timedelta(minutes=1)
        for start, end, expected in (
            (evening, evening + DAY, [day]),
            (evening + minute, evening + DAY, []),
            (evening, evening + DAY - minute, []),
        ):
            self.assertEqual(whole_days([(start, end)], JAKARTA), expected)
        noon = evening + timedelta(hours=12)
        touching = [(noon, evening + DAY), (evening, noon)]
        self.assertEqual(whole_days(touching, JAKARTA), [day])

    @exactly
    @given(calendars, days, st.booleans())
    def test_the_next_invoice_comes_when_it_has_something_to_charge(
        self, calendar, reached, in_advance
    ):
        following = next_invoice_date(reached, calendar, in_advance)
        self.assertGreater(following, reached)
        self.assertGreater(horizon(following, calendar, in_advance), reached)
        self.assertLessEqual(
            horizon(following - DAY, calendar, in_advance),
            max(reached, calendar.cycle(reached).last),
        )
        later = next_invoice_date(reached + DAY, calendar, in_advance)
        self.assertGreaterEqual(later, following)
        after = horizon(following, calendar, in_advance)
        self.assertGreater(next_invoice_date(after, calendar, in_advance), following)
