"""Dates and amounts as people in Indonesia and elsewhere write them."""

import re
from datetime import date, datetime

from odoo.addons.isp_billing.amounts import parse_amount as read_amount

DAY_FIRST = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})")
YEARS = range(1980, 2100)  # others are slips of the pen, or of the spreadsheet
LARGEST_AMOUNT = 1e12  # no subscriber of whatever currency owes more


def parse_date(value):
    """Return the date in a text: ISO, or day/month/year.

    :raises ValueError: when it is no date of our time
    """
    text = str(value).strip()
    match = DAY_FIRST.fullmatch(text)
    if match:
        day, month, year = (int(part) for part in match.groups())
        found = date(year if year > 99 else 2000 + year, month, day)
    else:
        found = datetime.fromisoformat(text).date()
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def parse_amount(value):
    """Return the amount (float) in a cell: a number, a text as isp_billing's `parse_amount`
    reads it, or one in the parentheses that accountants write for less than zero.

    :raises ValueError: when it is no amount
    """
    if isinstance(value, int | float):
        amount = float(value)
    else:
        text = str(value).strip()
        bare = text.removeprefix("(").removesuffix(")")
        amount = read_amount(bare)
        if amount is not None and len(bare) < len(text):
            amount = -abs(amount)
    if amount is None or not abs(amount) < LARGEST_AMOUNT:
        raise ValueError(value)
    return amount
