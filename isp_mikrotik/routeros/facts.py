"""What a router says about itself."""

import calendar
import re
import time
from typing import NamedTuple

from .transport import Command

NEEDED_RIGHTS = ("read", "write", "api")
USEFUL_RIGHTS = ("sensitive",)
IDENTITY = Command("/system/identity/print", {})
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
OLD_DATE = re.compile(r"([a-z]{3})/(\d\d)/(\d{4})")


class Health(NamedTuple):
    """:ivar cpu: load in percent
    :ivar memory: percent in use
    :ivar online: number of PPP sessions
    """

    version: str
    board: str
    uptime: str
    cpu: int
    memory: int
    online: int


class Facts(NamedTuple):
    """:ivar round_trip: seconds that one question took
    :ivar rights: set of the policies of our user, None when it may not see them
    :ivar clock: seconds by which its clock is ahead of ours, None when not known
    """

    identity: str
    round_trip: float
    rights: frozenset | None
    clock: float | None
    health: Health


def read_facts(connection):
    """Return Facts.

    :param connection: RouterConnection
    """
    begin = time.monotonic()
    (identity,) = connection.talk([IDENTITY])
    round_trip = time.monotonic() - begin
    user = connection.endpoint.user
    clock, users, groups = connection.talk(
        [
            Command("/system/clock/print", {}),
            Command("/user/print", {".proplist": "name,group"}, (f"?name={user}",)),
            Command("/user/group/print", {".proplist": "name,policy"}),
        ]
    )
    return Facts(
        identity=_first(identity).get("name", ""),
        round_trip=round_trip,
        rights=_get_rights(users, groups),
        clock=_get_clock(_first(clock)),
        health=read_health(connection),
    )


def read_health(connection):
    """Return Health."""
    resource, online = connection.talk(
        [
            Command("/system/resource/print", {}),
            Command("/ppp/active/print", {"count-only": ""}),
        ]
    )
    row = _first(resource)
    total = int(row.get("total-memory") or 0)
    used = total - int(row.get("free-memory") or 0)
    return Health(
        version=row.get("version", ""),
        board=row.get("board-name", ""),
        uptime=row.get("uptime", ""),
        cpu=int(row.get("cpu-load") or 0),
        memory=round(100 * used / total) if total else 0,
        online=int(online.ret or 0),
    )


def _first(reply):
    return reply.rows[0] if reply.rows else {}


def _get_rights(users, groups):
    policies = {row.get("name"): row.get("policy", "") for row in groups.rows}
    policy = policies.get(_first(users).get("group"))
    if policy is None:
        return None
    return frozenset(word for word in policy.split(",") if word[:1] != "!")


def _get_clock(row):
    """Version 6 writes nov/22/2026, version 7 2026-11-22; both beside their offset."""
    try:
        date = row["date"]
        if old := OLD_DATE.fullmatch(date.lower()):
            date = f"{old[3]}-{MONTHS.index(old[1]) + 1:02}-{old[2]}"
        shown = time.strptime(f"{date} {row['time']}", "%Y-%m-%d %H:%M:%S")
        sign, hours, minutes = re.fullmatch(
            r"([+-])(\d\d):(\d\d)", row.get("gmt-offset", "+00:00")
        ).groups()
    except (KeyError, ValueError, AttributeError):
        return None
    offset = (int(hours) * 60 + int(minutes)) * (-60 if sign == "-" else 60)
    return calendar.timegm(shown) - offset - time.time()
