"""What stands in the files of Indonesian banks: plain values alone."""

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime

from odoo.addons.isp_billing.amounts import parse_amount

DATE_FORMATS = (
    "%d/%m/%Y",
    "%d/%m/%y",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d-%m-%y",
    "%d-%b-%Y",
    "%d-%b-%y",
)
OUTGOING = frozenset({"D", "DB", "DR", "DEBIT", "DEBET"})


def read_date(text, today):
    """Return the day (datetime) that begins a text, or None.

    Where no year is given it is the latest day that is not after today. `PEND`, of
    what the bank has not booked yet, is no day.
    """
    words = (text or "").replace("'", " ").split()
    if not words:
        return None
    if re.fullmatch(r"\d\d?/\d\d?", words[0]):
        day, month = map(int, words[0].split("/"))
        year = today.year - ((month, day) > (today.month, today.day))
        words[0] = f"{day:02}/{month:02}/{year}"
    for pattern in DATE_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(words[0], pattern)
    return None


def read_amount(text):
    """Return the amount in a text, as 1.234.567,00 or 1,234,567.00 or -50000, with
    or without `Rp` and `CR`; nothing is 0.

    :raises ValueError: when it is no amount
    """
    match = re.search(r"-?\s*(?:Rp\.?)?\s*-?[\d.,]*\d", str(text or ""), re.IGNORECASE)
    if not match or not re.search(r"[1-9]", match.group()):
        return 0.0
    amount = parse_amount(match.group())
    if amount is None:
        raise ValueError(text)
    return amount


def is_outgoing(mark):
    """Whether this, the last word of a cell, says that money went out."""
    words = re.findall(r"[A-Z]+", (mark or "").upper())
    return bool(words) and words[-1] in OUTGOING


def find_balances(rows):
    """Return (balance before, balance after) of rows in whatever order, or None when
    they do not add up: a row is missing, or was changed.

    Each row leaves a balance from which another one begins, but for one at each end.

    :param rows: [(amount, balance after it)]
    """
    after = Counter(round(balance, 2) for _amount, balance in rows)
    before = Counter(round(balance - amount, 2) for amount, balance in rows)
    starts, ends = before - after, after - before
    if not starts and not ends and rows:  # it ends where it began
        first = round(rows[0][1] - rows[0][0], 2)
        return first, first
    if sum(starts.values()) != 1 or sum(ends.values()) != 1:
        return None
    return next(iter(starts)), next(iter(ends))
