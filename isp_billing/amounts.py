"""Amounts as people in Indonesia write them."""

import re

_DECORATION = re.compile(r"^(?:rp\.?|idr)|(?:,-+|idr)$", re.IGNORECASE)
_SIGN = re.compile(r"^(rp\.?|idr)?-", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_PLAIN = re.compile(r"[0-9]{1,15}")
_FRACTION = re.compile(r"[.,]([0-9]{1,2})$")


def parse_amount(text):
    """Return the number (float) that a text says, None when it says none.

    Both ways of writing are understood, whatever the language of the page:
    ``150.000``, ``150,000``, ``Rp 150.000,00``, ``150000.5`` and ``150.000,-``.
    A separator with three digits behind it separates thousands; one with one or two
    digits behind it, at the end, separates decimals.
    """
    bare = re.sub(r"\s", "", text)
    bare, signs = _SIGN.subn(r"\1", bare)
    bare = _DECORATION.sub("", _DECORATION.sub("", bare))
    fraction = _FRACTION.search(bare)
    whole = bare[: fraction.start()] if fraction else bare
    grouped = _GROUPED.fullmatch(whole)
    if len(whole) > 20 or not (grouped or _PLAIN.fullmatch(whole)):
        return None
    if grouped and fraction and grouped[1] == fraction[0][0]:
        return None
    digits = re.sub("[.,]", "", whole)
    amount = float(f"{digits}.{fraction[1] if fraction else 0}")
    return -amount if signs else amount
