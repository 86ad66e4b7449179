"""What a router makes of what it is given: text in, the text that it shows out.

Each function raises Trap for what it does not take, with `name` of the argument.
"""

import ipaddress
import re

from .errors import invalid, no_match

TRUE, FALSE = ("yes", "true"), ("no", "false")
UNITS = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3}
RATE = re.compile(r"(\d+)([kMG]?)")
SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
CLOCK = re.compile(r"(?:(\d+)d)?(\d+):(\d\d):(\d\d)")
SPANS = re.compile(r"(?:\d+[wdhms])+")


def text(_name, value):
    return value


def boolean(name, value):
    if value in TRUE:
        return "true"
    if value in FALSE:
        return "false"
    raise no_match(name)


def number(name, value):
    if not value.isdigit():
        raise invalid(name)
    return str(int(value))


def choice(*allowed):
    def parse(name, value):
        if value not in allowed:
            raise no_match(name)
        return value

    return parse


def rate(name, value):
    """`25M` is 25000000."""
    found = RATE.fullmatch(value)
    if not found:
        raise invalid(name)
    return str(int(found[1]) * UNITS[found[2]])


def pair(parse):
    """Both directions: `a/b`; one value is for both."""

    def parse_pair(name, value):
        halves = value.split("/")
        if len(halves) > 2:
            raise invalid(name)
        return f"{parse(name, halves[0])}/{parse(name, halves[-1])}"

    return parse_pair


def limit(name, value):
    """The rate limit of a profile: kept as it was written, once it is one."""
    if value:
        for part in value.split()[:3]:
            pair(rate)(name, part)
    return value


def address(name, value):
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise invalid(name) from None


def interface_address(name, value):
    try:
        return str(ipaddress.ip_interface(value))
    except ValueError:
        raise invalid(name) from None


def targets(_name, value):
    """Networks with their length, also /32; names of interfaces as they are."""
    return ",".join(map(_network, value.split(",")))


def _network(value):
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        return value


def listed(_name, value):
    """The address of an address list: a single one stands without its length."""
    return _network(value).removesuffix("/32")


def ranges(name, value):
    for part in value.split(","):
        for end in part.split("-"):
            if "/" in end:
                interface_address(name, end)
            else:
                address(name, end)
    return value


def span(name, value):
    """A time as 1d2h3m4s, also when it was given in seconds or as 02:03:04."""
    if value.isdigit():
        return show_span(int(value))
    if found := CLOCK.fullmatch(value):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return show_span(days * 86400 + hours * 3600 + minutes * 60 + seconds)
    if not SPANS.fullmatch(value):
        raise invalid(name)
    parts = re.findall(r"(\d+)([wdhms])", value)
    return show_span(sum(int(count) * SECONDS[unit] for count, unit in parts))


def show_span(seconds):
    shown = ""
    for unit, size in SECONDS.items():
        count, seconds = divmod(seconds, size)
        shown += f"{count}{unit}" if count else ""
    return shown or "0s"


def mac(name, value):
    if not re.fullmatch(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", value):
        raise invalid(name)
    return value.upper()
