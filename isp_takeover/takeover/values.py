"""Dates and amounts as people in Indonesia and elsewhere write them."""

import re
from datetime import date, datetime, timedelta

from odoo.addons.isp_billing.amounts import parse_amount as read_amount

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari february",
            "mar maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags aug agustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december",
        ),
        1,
    )
    for name in names.split()
}
IN_WORDS = re.compile(r"(\d{1,2})[/.\-\s]+([a-z]{3,9})\.?[/.,\-\s]+(\d{4}|\d{2})")
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?[/.\-\s]+(\d{1,2})[/.,\-\s]+(\d{4})")
TIME = re.compile(
    r"[T\s,]+\d{1,2}[:.]\d{2}([:.]\d{2})?([.,]\d+)?\s*([ap]m|wib|wita|wit|z)?$"
)
EXCEL_DAYS = range(29221, 73051)  # from 1980 to 2099
EXCEL_BEGIN = date(1899, 12, 30)
EXCEL_DAY = re.compile(r"(\d{5})(?:[.,]\d+)?")  # the fraction is the time
WEEKDAY = re.compile(r"^[a-z']{3,9},\s*")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})")
YEARS = range(1980, 2100)  # others are slips of the pen, or of the spreadsheet
LARGEST_AMOUNT = 1e12  # no subscriber of whatever currency owes more


def parse_date(value):
    """Return the date in a text: year or day first, with the month in words
    (Indonesian or English, also before the day), with the day of the week before it or
    a time behind it, or the number of a day as Excel counts them.

    :raises ValueError: when it is no date of our time
    """
    text = WEEKDAY.sub("", TIME.sub("", str(value).strip().lower()))
    found = _read_date(text)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def _read_date(text):
    if match := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := IN_WORDS.fullmatch(text):
        day, month, year = int(match[1]), _get_month(match[2]), int(match[3])
    elif match := MONTH_FIRST.fullmatch(text):
        day, month, year = int(match[2]), _get_month(match[1]), int(match[3])
    elif match := YEAR_FIRST.fullmatch(text):
        return date(*(int(part) for part in match.groups()))
    elif (match := EXCEL_DAY.fullmatch(text)) and int(match[1]) in EXCEL_DAYS:
        return EXCEL_BEGIN + timedelta(days=int(match[1]))
    else:
        return datetime.fromisoformat(text).date()
    return date(year if year > 99 else 2000 + year, month, day)


def _get_month(word):
    if word not in MONTHS:
        raise ValueError(word)
    return MONTHS[word]


def parse_amount(value):
    """Return the amount (float) in a cell: a number, a text as `read_amount` reads it,
    or one in the parentheses that accountants write for less than zero.

    :raises ValueError: when it is no amount
    """
    if isinstance(value, int | float):
        amount = float(value)
    else:
        text = str(value).strip().replace("\u2212", "-").removeprefix("+")
        bare = text.removeprefix("(").removesuffix(")")
        amount = read_amount(bare)
        if amount is not None and len(bare) < len(text):
            amount = -abs(amount)
    if amount is None or not abs(amount) < LARGEST_AMOUNT:
        raise ValueError(value)
    return amount
