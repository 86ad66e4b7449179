"""What the secrets of a router say about subscribers. Pure functions."""

import re
from typing import NamedTuple

from odoo.addons.isp_base.comments import split_contact

from .normalise import UNITS, span

BURST_SECONDS = "1"
RATE = re.compile(r"(\d+)([kMG]?)")
# What subscribers dial in by; all else is a tunnel of somebody's office.
SUBSCRIBER_KINDS = ("", "any", "pppoe")


class Speeds(NamedTuple):
    """Mbit/s and seconds; 0 is none."""

    upload: float = 0.0
    download: float = 0.0
    burst_upload: float = 0.0
    burst_download: float = 0.0
    threshold_upload: float = 0.0
    threshold_download: float = 0.0
    burst_seconds: int = 0


def is_hidden(password):
    """Whether a router shows no password: it leaves it out, or shows stars alone."""
    return password is None or bool(password) and not password.strip("*")


def parse_contact(comment):
    """Return (name, phone) out of a comment such as ``Budi Santoso - 0812-3456-789``;
    each "" where there is none."""
    name, phones = split_contact(comment)
    return name, phones[0] if phones else ""


def parse_speeds(rate_limit):
    """Return the Speeds of a rate limit, None when it is not one.

    :param rate_limit: ``upload/download [burst [threshold [time]]]``
    """
    parts = rate_limit.split()
    pairs = [_parse_pair(part) for part in parts[:3]]
    if not pairs or None in pairs or 0 in pairs[0]:
        return None
    values = [rate for pair in pairs for rate in pair]
    seconds = span(parts[3].split("/")[0]) if len(parts) > 3 else ""
    values += [0.0] * (6 - len(values))
    if not seconds.isdigit() and values[2]:
        seconds = BURST_SECONDS  # what RouterOS takes where none is said
    return Speeds(*values, int(seconds or 0))


def _parse_pair(text):
    halves = [RATE.fullmatch(half) for half in text.split("/")]
    if len(halves) > 2 or not all(halves):
        return None
    rates = [int(half[1]) * UNITS[half[2]] / UNITS["M"] for half in halves]
    return rates[0], rates[-1]
