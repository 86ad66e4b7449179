"""Amounts of traffic as a subscriber reads them: 1 GB is 10^9 bytes."""

from odoo.tools import formatLang

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def format_bytes(env, count):
    """Return the number of bytes in words, as the language writes it: "1.5 GB"."""
    size, unit = float(count), 0
    while round(size, 1) >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{formatLang(env, size, digits=int(unit > 1))} {UNITS[unit]}"
