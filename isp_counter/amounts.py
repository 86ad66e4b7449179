"""Amounts as a page sends them."""

from math import isfinite

MOST = 10**12  # in any currency: more is a slip of the hand, or of a scanner


def read_amount(value):
    """Return an amount of money (float) of zero or more; None where it is none."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        return None
    return amount if isfinite(amount) and 0 <= amount < MOST else None
