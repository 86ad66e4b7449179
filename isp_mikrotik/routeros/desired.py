"""What of a service is to be on a router. Pure functions of plain values.

Rates and bursts are those of radius/attributes.py: a subscriber gets the same by
RADIUS and by a secret on the router.
"""

import hashlib
import json
import re
from dataclasses import replace
from typing import NamedTuple

from odoo.addons.isp_network.radius.attributes import (
    Line,
    Policy,
    get_routes,
    get_session_limit,
)

from ..radius.attributes import rate_limit

SECRET, PROFILE = "/ppp/secret", "/ppp/profile"
QUEUE, ADDRESS_LIST = "/queue/simple", "/ip/firewall/address-list"
OUR_PREFIX = "isp-"
# What a new row is given beside what is wanted of it; later it is not looked at. A
# secret for any service would let in by VPN as well.
NEW_VALUES = {SECRET: {"service": "pppoe"}}
ISOLATED_PROFILE = "isp-isolated"
COMMENT = re.compile(r"isp:(\S+)(?: .*)?", re.DOTALL)
LONGEST_COMMENT = 250
# What a session is made with: a change of these reaches it when it is made anew.
SESSION_FIELDS = frozenset({"name", "profile", "remote-address", "disabled", "routes"})
# What a router has and nobody here knows of: a person decides, nothing else wipes it.
PROPOSED = frozenset({"routes"})
# Of a profile: what no session that there is needs to be made anew for.
NO_SESSION_FIELDS = frozenset({"comment", "only-one"})


class Service(NamedTuple):
    """:ivar number: of the service, which its comment on the router carries
    :ivar line: Line with its pool on this router
    :ivar profile: name of the profile that the router has for its plan, "" for ours
    :ivar own_speed: whether its speeds are not the plan's
    :ivar own_rates: whether the router's profile of its plan has rates of its own
    :ivar had_routes: whether networks of the line were written there
    """

    number: str
    name: str
    line: Line
    plan_id: int
    plan_name: str
    profile: str = ""
    caller_id: str = ""
    own_speed: bool = False
    own_rates: bool = True
    had_routes: bool = False


class Router(NamedTuple):
    """:ivar isolated_list: name of the address list of isolated services
    :ivar pool: name of its pool for who is isolated where none is for that
    :ivar gateway: the address that it shows subscribers, "" to leave it alone
    :ivar queues: whether a fixed address gets its speed by a queue of its own
    """

    isolated_list: str
    policy: Policy
    pool: str = ""
    gateway: str = ""
    queues: bool = False


class Item(NamedTuple):
    """A row that is to be on a router.

    :ivar key: ((field, value), …) that finds it there
    :ivar values: {field: value} beside those of the key; "" is unset
    """

    menu: str
    key: tuple
    values: dict

    @property
    def label(self):
        return " ".join(value for _name, value in self.key)


def get_comment(number, name=""):
    """Return the comment by which we know what is ours."""
    return f"isp:{number} {name}".strip()[:LONGEST_COMMENT].strip()


def parse_comment(comment):
    """Return the number of the service that a comment names, or None."""
    found = COMMENT.fullmatch(comment or "")
    return found[1] if found else None


def get_items(service, router):
    """Return the items of a service, its profile left out; none without access."""
    line = service.line
    if line.access == "none" or not (line.username and line.password):
        return []
    items = [_get_secret(service, router)]
    if _is_queued(service, router):
        items.append(_get_queue(service, router))
    if line.access == "isolated" and line.static_address:
        key = (("list", router.isolated_list), ("address", line.static_address))
        items.append(Item(ADDRESS_LIST, key, _get_common(service)))
    return items


def _get_common(service):
    return {"disabled": "no", "comment": get_comment(service.number, service.name)}


def _is_queued(service, router):
    line = service.line
    return bool(router.queues and line.static_address and line.access != "isolated")


def _get_secret(service, router):
    """The fixed address of an isolated service gives way to the pool of its profile:
    with an address list alone it would keep what others may have opened for it."""
    line = service.line
    escapes = line.access == "isolated" and line.isolated_pool
    return Item(
        SECRET,
        (("name", line.username),),
        {
            "password": line.password,
            "profile": get_profile_name(service, router),
            "remote-address": "" if escapes else line.static_address,
            "caller-id": service.caller_id,
            **_get_secret_routes(service),
            **_get_common(service),
        },
    )


def _get_secret_routes(service):
    """What nobody here knows of is left alone."""
    if not (service.line.routes or service.had_routes):
        return {}
    return {"routes": ",".join(get_routes(service.line))}


def _get_queue(service, router):
    line = service.line
    return Item(
        QUEUE,
        (("name", line.username),),
        {
            "target": line.static_address,
            "max-limit": rate_limit(replace(line, burst=None), router.policy),
            **_get_common(service),
        },
    )


def get_profile_name(service, router):
    """Return the name of the profile of a service: that which the router has for the
    plan, or one of ours."""
    if service.line.access == "isolated":
        return ISOLATED_PROFILE
    ours = f"{OUR_PREFIX}plan-{service.plan_id}"
    if _is_queued(service, router):
        return f"{ours}-queued"
    if service.own_speed:
        rates = rate_limit(service.line, router.policy)
        return f"{ours}-{rates.replace('/', '-')}"
    return service.profile or ours


def get_profile(service, router):
    """Return the item of the profile of a service, None when it is not ours."""
    name, line = get_profile_name(service, router), service.line
    if not name.startswith(OUR_PREFIX):
        if service.own_rates:
            return None
        rates = {"rate-limit": rate_limit(line, router.policy)}
        return Item(PROFILE, (("name", name),), rates)
    isolated = line.access == "isolated"
    rates = "" if name.endswith("-queued") else rate_limit(line, router.policy)
    pool = (line.isolated_pool or router.pool) if isolated else line.pool
    values = {
        "rate-limit": rates,
        "remote-address": pool,
        "address-list": router.isolated_list if isolated else "",
        **({"use-ipv6": "no"} if isolated else _get_only_one(line)),
        "comment": get_comment("profile", "" if isolated else service.plan_name),
    }
    if router.gateway:
        values["local-address"] = router.gateway
    return Item(PROFILE, (("name", name),), values)


def _get_only_one(line):
    """RouterOS counts to one: who may have several may have any number."""
    return {"only-one": "yes" if get_session_limit(line) == 1 else "no"}


def get_hash(items):
    """Return a digest of items; the same whatever their order."""
    rows = sorted(
        [i.menu, list(i.key), sorted(_leave_out_proposed(i.values).items())]
        for i in items
    )
    return _digest(rows)


def _leave_out_proposed(values):
    """That there are no routes is said or not, and is the same."""
    return {name: v for name, v in values.items() if v or name not in PROPOSED}


def get_session_hash(items):
    """Return a digest of what a session is made with: of its secret and profile."""
    parts = []
    for item in items:
        known = {**dict(item.key), **_leave_out_proposed(item.values)}
        if item.menu == SECRET:
            parts.append(sorted((n, known[n]) for n in SESSION_FIELDS & known.keys()))
        elif item.menu == PROFILE:
            parts.append(
                sorted((n, v) for n, v in known.items() if n not in NO_SESSION_FIELDS)
            )
    return _digest(sorted(parts))


def _digest(value):
    text = json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
