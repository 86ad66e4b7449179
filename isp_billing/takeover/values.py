"""Dates and amounts as people in Indonesia and elsewhere write them."""

import re
from datetime import date, datetime

DAY_FIRST = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})")
CURRENCY = re.compile(r"^(rp\.?|idr)|(,-|idr)$", re.IGNORECASE)
PLAIN = re.compile(r"\d+")
GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(\1\d{3})*")
DECIMAL = re.compile(r"(?P<whole>\d+|\d{1,3}(?:([.,\s])\d{3})+)[.,](?P<rest>\d+)")


def parse_date(value):
    """Return the date in a text: ISO, or day/month/year.

    :raises ValueError: when it is no date
    """
    text = str(value).strip()
    match = DAY_FIRST.fullmatch(text)
    if not match:
        return datetime.fromisoformat(text).date()
    day, month, year = (int(part) for part in match.groups())
    return date(year if year > 99 else 2000 + year, month, day)


def parse_amount(value):
    """Return the amount (float) in a cell: 150.000, 150,000.00, Rp 150000,-

    One sign before exactly three digits separates thousands, before others the
    decimals.

    :raises ValueError: when it is no amount
    """
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    negative = text.startswith(("-", "(")) or text.lower().startswith(("rp -", "rp-"))
    text = text.strip("()-") if text.endswith(")") else text.lstrip("-")
    text = CURRENCY.sub("", text.strip())
    text = CURRENCY.sub("", text).strip().lstrip("-").strip()
    amount = _parse_unsigned(text)
    return -amount if negative else amount


def _parse_unsigned(text):
    if PLAIN.fullmatch(text):
        return float(text)
    if GROUPED.fullmatch(text):
        return float(re.sub(r"[.,]", "", text))
    match = DECIMAL.fullmatch(text)
    if not match:
        raise ValueError(text)
    whole = re.sub(r"\D", "", match["whole"])
    return float(f"{whole}.{match['rest']}")
