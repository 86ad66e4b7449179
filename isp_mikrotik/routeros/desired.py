"""What of a service is to be on a router. Pure functions of plain values.

Speeds are Mbit/s towards the subscriber (download) and from him (upload); RouterOS
writes the subscriber's upload first.
"""

import hashlib
import json
import re
from typing import NamedTuple

SECRET, PROFILE = "/ppp/secret", "/ppp/profile"
QUEUE, ADDRESS_LIST = "/queue/simple", "/ip/firewall/address-list"
ISOLATED_PROFILE = "isp-isolated"
ISOLATED_RATE = "512k/512k"
COMMENT = re.compile(r"isp:(\S+)(?: .*)?", re.DOTALL)
LONGEST_COMMENT = 250
# What a subscriber's session is made with: a change of these reaches him when he logs
# in again.
SESSION_FIELDS = ("name", "profile", "remote-address", "disabled")


class Plan(NamedTuple):
    """Speeds (Mbit/s) and what belongs to them; 0 is none.

    :ivar profile: name of the profile that the router has for it, or "" for ours
    :ivar pool: name of the address pool on the router, or ""
    """

    id: int
    name: str
    download: float
    upload: float
    burst_download: float = 0.0
    burst_upload: float = 0.0
    threshold_download: float = 0.0
    threshold_upload: float = 0.0
    burst_seconds: int = 0
    pool: str = ""
    profile: str = ""


class Service(NamedTuple):
    """:ivar access: of isp.service: none, test, isolated, open
    :ivar own_speed: whether its speeds are not the plan's
    """

    number: str
    name: str
    access: str
    username: str
    password: str
    plan: Plan
    static_address: str = ""
    caller_id: str = ""
    own_speed: bool = False


class Router(NamedTuple):
    """:ivar gateway: the address that it shows subscribers, or "" to leave it alone
    :ivar isolated_pool: name of its pool for isolated services, or ""
    :ivar queues: whether a static address gets its speed by a queue
    """

    isolated_list: str
    gateway: str = ""
    isolated_pool: str = ""
    queues: bool = False


class Item(NamedTuple):
    """A row that is to be on a router.

    :ivar key: {field: value} that finds it there
    :ivar values: {field: value}, without those of the key; "" is unset
    """

    menu: str
    key: tuple
    values: dict

    @property
    def label(self):
        return " ".join(value for _name, value in self.key)


def get_comment(number, name=""):
    """Return the comment by which we know what is ours."""
    return f"isp:{number} {name}".strip()[:LONGEST_COMMENT]


def parse_comment(comment):
    """Return the number of the service that a comment names, or None."""
    found = COMMENT.fullmatch(comment or "")
    return found[1] if found else None


def get_items(service, router):
    """Return the items of a service, without its profile."""
    if service.access == "none" or not service.username:
        return []
    items = [_get_secret(service, router)]
    if _is_queued(service, router):
        items.append(_get_queue(service))
    if service.access == "isolated" and service.static_address:
        items.append(
            Item(
                ADDRESS_LIST,
                (("list", router.isolated_list), ("address", service.static_address)),
                {
                    "disabled": "no",
                    "comment": get_comment(service.number, service.name),
                },
            )
        )
    return items


def _is_queued(service, router):
    return bool(
        router.queues and service.static_address and service.access != "isolated"
    )


def _get_secret(service, router):
    isolated = service.access == "isolated"
    address = service.static_address
    if isolated and router.isolated_pool:
        address = ""  # the pool's address: the known one must not escape
    return Item(
        SECRET,
        (("name", service.username),),
        {
            "password": service.password,
            "profile": get_profile_name(service, router),
            "remote-address": address,
            "caller-id": service.caller_id,
            "disabled": "no",
            "comment": get_comment(service.number, service.name),
        },
    )


def _get_queue(service):
    return Item(
        QUEUE,
        (("name", service.username),),
        {
            "target": service.static_address,
            "max-limit": get_rate(service.plan.upload, service.plan.download),
            "disabled": "no",
            "comment": get_comment(service.number, service.name),
        },
    )


def get_profile_name(service, router):
    """Return the name of the profile of a service: that which the router has for the
    plan, or one of ours."""
    if service.access == "isolated":
        return ISOLATED_PROFILE
    if _is_queued(service, router):
        return f"isp-plan-{service.plan.id}-queued"
    if service.own_speed:
        rate = get_rate(service.plan.upload, service.plan.download)
        return f"isp-plan-{service.plan.id}-{rate.replace('/', '-')}"
    return service.plan.profile or f"isp-plan-{service.plan.id}"


def get_profile(service, router):
    """Return the item of the profile of a service, None when it is not ours."""
    name = get_profile_name(service, router)
    if not name.startswith("isp-"):
        return None
    values = {"local-address": router.gateway} if router.gateway else {}
    if name == ISOLATED_PROFILE:
        values |= {
            "rate-limit": ISOLATED_RATE,
            "remote-address": router.isolated_pool,
            "address-list": router.isolated_list,
            "comment": get_comment("isolated"),
        }
    else:
        plan = service.plan
        values |= {
            "rate-limit": "" if name.endswith("-queued") else get_rate_limit(plan),
            "remote-address": plan.pool,
            "address-list": "",
            "comment": get_comment("plan", plan.name),
        }
    return Item(PROFILE, (("name", name),), values)


def get_rate(upload, download):
    """Return a pair of rates as RouterOS takes it; k is 1000."""
    return f"{round(upload * 1000)}k/{round(download * 1000)}k"


def get_rate_limit(plan):
    """Return the rate limit of a plan, with its burst when it has one."""
    parts = [get_rate(plan.upload, plan.download)]
    if plan.burst_download and plan.burst_upload and plan.burst_seconds:
        parts.append(get_rate(plan.burst_upload, plan.burst_download))
        parts.append(
            get_rate(
                plan.threshold_upload or plan.upload,
                plan.threshold_download or plan.download,
            )
        )
        parts.append(f"{plan.burst_seconds}/{plan.burst_seconds}")
    return " ".join(parts)


def get_hash(items):
    """Return a digest of items; the same whatever their order."""
    rows = sorted([i.menu, list(i.key), sorted(i.values.items())] for i in items)
    text = json.dumps(rows, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def get_session_hash(items, access):
    """Return a digest of what the session of a service is made with."""
    parts = [access]
    for item in items:
        if item.menu == SECRET:
            known = {**dict(item.key), **item.values}
            parts += [known.get(name, "") for name in SESSION_FIELDS]
        elif item.menu == PROFILE:
            parts += [item.values.get("rate-limit"), item.values.get("remote-address")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
