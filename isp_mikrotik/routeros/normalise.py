"""One spelling for what RouterOS lets one write in many ways.

What is wanted and what a router shows are compared in this spelling; what is not
named here is compared as text.
"""

import ipaddress
import re

UNITS = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3}
RATE = re.compile(r"(\d+)([kMG]?)")
SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
SPAN = re.compile(r"(?:(?:\d+[wdhms])+|\d+)")
CLOCK = re.compile(r"((?:\d+[wd])*)(\d+):(\d\d):(\d\d)")


def boolean(value):
    return "true" if value in ("yes", "true") else "false"


def rate(value):
    found = RATE.fullmatch(value)
    return str(int(found[1]) * UNITS[found[2]]) if found else value


def span(value):
    """A time in seconds."""
    if clock := CLOCK.fullmatch(value):
        value = "{}{}h{}m{}s".format(*clock.groups())
    if not SPAN.fullmatch(value):
        return value
    if value.isdigit():
        return str(int(value))
    parts = re.findall(r"(\d+)([wdhms])", value)
    return str(sum(int(count) * SECONDS[unit] for count, unit in parts))


def both(one):
    """Upload/download; one value stands for both."""

    def normalise(value):
        halves = value.split("/")
        return f"{one(halves[0])}/{one(halves[-1])}"

    return normalise


def rate_limit(value):
    """The rate limit of a profile: rates, burst, threshold, time, priority."""
    parts = value.split()
    kinds = [both(rate)] * 3 + [both(span), str, both(rate)]
    return " ".join(kind(part) for kind, part in zip(kinds, parts, strict=False))


def target(value):
    return ",".join(map(_network, value.split(",")))


def _network(value):
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        return value


def routes(value):
    """The networks: each may have its gateway and its distance behind it."""
    parts = [part.split() for part in value.split(",")]
    return ",".join(sorted(_network(part[0]) for part in parts if part))


FIELDS = {
    "disabled": boolean,
    "rate-limit": rate_limit,
    "max-limit": both(rate),
    "limit-at": both(rate),
    "burst-limit": both(rate),
    "burst-threshold": both(rate),
    "burst-time": both(span),
    "target": target,
    "address": lambda value: target(value).removesuffix("/32"),
    "caller-id": str.upper,
    "routes": routes,
    "service": lambda value: "pppoe" if value == "any" else value,
}


def normalise(name, value):
    """Return the value (str; None is none) of a field in the one spelling."""
    value = value or ""
    return FIELDS[name](value) if name in FIELDS and value else value
