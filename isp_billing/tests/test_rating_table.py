"""The rules of rating on days that one can count by hand. test_rating.py proves them
for every calendar; these are quick, and say which rule it is that broke."""

from datetime import date, datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ..rating import (
    Calendar,
    Days,
    Segment,
    fill,
    horizon,
    next_invoice_date,
    rate,
    spread,
    uncovered,
    whole_days,
)

JAKARTA = timezone(timedelta(hours=7))
FIRST = Calendar.monthly(1)
TENTH = Calendar.monthly(10)


def january(first, last):
    return Days(date(2027, 1, first), date(2027, 1, last))


@tagged("post_install", "-at_install")
class TestRatingTable(BaseCase):
    def test_days_that_both_have(self):
        for one, other, both in (
            (january(1, 10), january(10, 20), january(10, 10)),
            (january(1, 10), january(11, 20), None),
            (january(1, 31), january(5, 6), january(5, 6)),
        ):
            self.assertEqual(one & other, both)
            self.assertEqual(other & one, both)
        self.assertEqual(len(january(1, 31)), 31)
        self.assertEqual([day.day for day in january(3, 5)], [3, 4, 5])

    def test_cycles(self):
        thirty_first = Calendar(date(2026, 12, 31))
        for calendar, day, first, last in (
            (FIRST, date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 31)),
            (FIRST, date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28)),
            (TENTH, date(2027, 1, 9), date(2026, 12, 10), date(2027, 1, 9)),
            (TENTH, date(2027, 1, 10), date(2027, 1, 10), date(2027, 2, 9)),
            (thirty_first, date(2027, 2, 28), date(2027, 2, 28), date(2027, 3, 30)),
            (thirty_first, date(2027, 3, 31), date(2027, 3, 31), date(2027, 4, 29)),
            (thirty_first, date(2025, 3, 30), date(2025, 2, 28), date(2025, 3, 30)),
        ):
            self.assertEqual(calendar.cycle(day), Days(first, last))

    def test_cycles_of_several_months(self):
        """The first one is that of the day on which the service began."""
        began = date(2026, 11, 15)
        self.assertIs(FIRST.joined(1, began), FIRST)
        quarters, years = TENTH.joined(3, began), Calendar(began).joined(12, began)
        for calendar, day, first, last in (
            (quarters, began, date(2026, 11, 10), date(2027, 2, 9)),
            (quarters, date(2027, 2, 10), date(2027, 2, 10), date(2027, 5, 9)),
            (quarters, date(2026, 11, 9), date(2026, 8, 10), date(2026, 11, 9)),
            (years, date(2027, 11, 14), began, date(2027, 11, 14)),
            (years, date(2027, 11, 15), date(2027, 11, 15), date(2028, 11, 14)),
        ):
            with self.subTest(calendar=calendar, day=day):
                self.assertEqual(calendar.cycle(day), Days(first, last))
        self.assertEqual(quarters.joined(2, began).offset, quarters._number(began))
        self.assertEqual(FIRST.offset, 0)

    def test_the_last_day_of_whole_months(self):
        for calendar, day, months, last in (
            (FIRST, date(2027, 1, 1), 1, date(2027, 1, 31)),
            (FIRST, date(2027, 1, 1), 3, date(2027, 3, 31)),
            (FIRST, date(2027, 1, 2), 1, date(2027, 2, 28)),
            (TENTH, date(2027, 1, 9), 12, date(2028, 1, 9)),
        ):
            with self.subTest(day=day, months=months):
                self.assertEqual(calendar.last_of(day, months), last)

    def test_a_span_is_split_where_a_cycle_begins(self):
        span = Days(date(2027, 1, 5), date(2027, 2, 10))
        before = Days(date(2026, 12, 10), date(2027, 1, 9))
        within = Days(date(2027, 1, 10), date(2027, 2, 9))
        after = Days(date(2027, 2, 10), date(2027, 3, 9))
        self.assertEqual(
            list(TENTH.split(span)),
            [
                (january(5, 9), before),
                (within, within),
                (Days(date(2027, 2, 10), date(2027, 2, 10)), after),
            ],
        )

    def test_what_is_not_covered(self):
        span = january(5, 10)
        for covered, parts in (
            ([], [span]),
            ([january(1, 4)], [span]),
            ([january(1, 5)], [january(6, 10)]),
            ([january(5, 5)], [january(6, 10)]),
            ([january(10, 10)], [january(5, 9)]),
            ([january(10, 31)], [january(5, 9)]),
            ([january(11, 31)], [span]),
            ([january(5, 10)], []),
            (
                [january(8, 8), january(6, 6)],
                [january(5, 5), january(7, 7), january(9, 10)],
            ),
            ([january(5, 7), january(6, 8)], [january(9, 10)]),
            ([january(1, 31), january(6, 8)], []),
            ([january(5, 9), january(6, 6)], [january(10, 10)]),
        ):
            with self.subTest(covered):
                self.assertEqual(uncovered(span, covered), parts)

    def test_until_when_an_invoice_charges(self):
        day = date(2027, 1, 15)
        self.assertEqual(horizon(day, TENTH, True), date(2027, 2, 9))
        self.assertEqual(horizon(day, TENTH, False), date(2027, 1, 9))
        self.assertEqual(next_invoice_date(day, TENTH, True), date(2027, 1, 16))
        self.assertEqual(next_invoice_date(day, TENTH, False), date(2027, 2, 10))
        reached = date(2027, 2, 9)
        self.assertEqual(next_invoice_date(reached, TENTH, True), date(2027, 2, 10))
        self.assertEqual(next_invoice_date(reached, TENTH, False), date(2027, 3, 10))

    def test_whole_days(self):
        midnight = datetime(2027, 1, 4, 17)  # of 5 January in Jakarta
        hour, day = timedelta(hours=1), timedelta(days=1)
        for intervals, days in (
            ([(midnight, midnight + day)], [january(5, 5)]),
            ([(midnight, midnight + 2 * day - hour)], [january(5, 5)]),
            ([(midnight + hour, midnight + 2 * day)], [january(6, 6)]),
            ([(midnight + hour, midnight + day)], []),
            # They touch; they overlap; one lies within another; they are apart.
            (
                [(midnight + hour, midnight + day), (midnight, midnight + hour)],
                [january(5, 5)],
            ),
            (
                [(midnight, midnight + 5 * hour), (midnight + hour, midnight + day)],
                [january(5, 5)],
            ),
            (
                [(midnight, midnight + 3 * day), (midnight + hour, midnight + day)],
                [january(5, 7)],
            ),
            ([(midnight, midnight + hour), (midnight + 2 * hour, midnight + day)], []),
            # Apart from the first one, the next two touch; one lies within another.
            (
                [
                    (midnight, midnight + hour),
                    (midnight + day, midnight + day + hour),
                    (midnight + day + hour, midnight + 2 * day),
                ],
                [january(6, 6)],
            ),
            (
                [
                    (midnight, midnight + hour),
                    (midnight + day, midnight + 2 * day),
                    (midnight + day + hour, midnight + day + 2 * hour),
                ],
                [january(6, 6)],
            ),
            ([(midnight, None)], [Days(date(2027, 1, 5), date.max)]),
            ([(midnight + hour, None)], [Days(date(2027, 1, 6), date.max)]),
            (
                [(midnight, None), (midnight, midnight + day)],
                [Days(date(2027, 1, 5), date.max)],
            ),
        ):
            with self.subTest(intervals):
                self.assertEqual(whole_days(intervals, JAKARTA), days)

    def test_rates(self):
        def price_on(day):
            return 310.0 if day < date(2027, 1, 20) else 620.0

        month, rest = january(1, 31), january(11, 31)
        for days, isolated, first, period, expected in (
            (
                month,
                [],
                None,
                "prorated",
                [("charge", 1, 19, 190.0), ("charge", 20, 31, 240.0)],
            ),
            (
                month,
                [january(5, 6)],
                None,
                "prorated",
                [
                    ("charge", 1, 4, 40.0),
                    ("isolated", 5, 6, 0.0),
                    ("charge", 7, 19, 130.0),
                    ("charge", 20, 31, 240.0),
                ],
            ),
            (january(11, 19), [], rest, "prorated", [("charge", 11, 19, 90.0)]),
            (january(11, 17), [], january(11, 20), "full", [("charge", 11, 17, 217.0)]),
            (january(11, 19), [], rest, "free", [("free", 11, 19, 0.0)]),
            # What comes after the first cycle is charged as ever.
            (
                january(11, 19),
                [],
                january(11, 12),
                "free",
                [("free", 11, 12, 0.0), ("charge", 13, 19, 70.0)],
            ),
            (january(11, 19), [], january(1, 10), "free", [("charge", 11, 19, 90.0)]),
            (
                january(1, 2),
                [january(2, 2)],
                january(1, 31),
                "free",
                [("free", 1, 1, 0.0), ("isolated", 2, 2, 0.0)],
            ),
        ):
            with self.subTest(days=days, isolated=isolated, period=period):
                segments = rate([days], FIRST, price_on, isolated, first, period)
                found = [
                    (s.kind, s.days.first.day, s.days.last.day, round(s.amount, 6))
                    for s in segments
                ]
                self.assertEqual(found, expected)

    def test_isolated_days_are_told_from_free_ones_of_the_same_price(self):
        kinds = [
            segment.kind
            for segment in rate(
                [january(1, 3)],
                FIRST,
                lambda _day: 0.0,
                [january(2, 2)],
                january(1, 31),
                "free",
            )
        ]
        self.assertEqual(kinds, ["free", "isolated", "free"])

    def test_days_without_a_price_cost_nothing(self):
        self.assertEqual(Segment(january(1, 2), 31, "free").amount, 0.0)

    def test_the_parts_of_an_amount_make_the_amount(self):
        self.assertEqual(spread(100.0, [1, 1, 1]), [33.333333, 33.333334, 33.333333])
        self.assertEqual(spread(-10.0, [1, 3]), [-2.5, -7.5])

    def test_rooms_are_filled_one_after_the_other(self):
        self.assertEqual(fill(10.0, [4.0, 3.0, 5.0, 1.0]), [4.0, 3.0, 3.0, 0.0])
        self.assertEqual(fill(-10.0, [-4.0, -20.0]), [-4.0, -6.0])
        self.assertEqual(fill(1.000004, [1.0, 1.0]), [1.0, 0.000004])
        self.assertEqual(fill(1.0000004, [1.0, 1.0]), [1.0, 0.0])
