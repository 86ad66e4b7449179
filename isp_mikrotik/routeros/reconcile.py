"""Makes a router's rows what they are to be: read, compare, apply, read back.

Touched is only what carries our comment, or the user name of a service that is, or
was, on this router. All else is listed as foreign.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from odoo.addons.isp_network.exceptions import RefusedError

from ..const import ADDRESS_LIST_ISOLATED, SETUP_MARK
from .desired import (
    ADDRESS_LIST,
    NEW_VALUES,
    PROFILE,
    PROPOSED,
    QUEUE,
    SECRET,
    SESSION_FIELDS,
    Item,
    parse_comment,
)
from .normalise import normalise
from .transport import Command

ACTIVE = "/ppp/active"
PROPERTIES = {
    SECRET: "name,password,profile,remote-address,caller-id,disabled,comment,"
    "service,limit-bytes-in,limit-bytes-out,routes",
    PROFILE: "name,rate-limit,remote-address,local-address,address-list,comment,"
    "use-ipv6,only-one",
    QUEUE: "name,target,max-limit,disabled,comment,dynamic",
    ADDRESS_LIST: "list,address,disabled,comment,dynamic",
    ACTIVE: "name,address,caller-id,uptime",
}
# What else decides what a subscriber gets, and is the same for all of them.
FIXED = {SECRET: {"service": "pppoe", "limit-bytes-in": "0", "limit-bytes-out": "0"}}
# What cannot be set to nothing, only unset.
UNSET = {"remote-address", "local-address", "rate-limit", "routes"}
# More names than these are not asked for one by one.
NAMES_AT_MOST = 100
GONE = "no such item"


@dataclass
class Wanted:
    """What is to be on a router.

    :ivar items: {owner: [Item]}; an owner is the id of a service, None owns profiles
    :ivar numbers: {service number: owner} of all that may carry our comment
    :ivar ended: {user name: owner} of services that may not be online
    :ivar restarted: owners whose sessions are to be made anew
    :ivar unsure: owners whose password is written when it cannot be read
    :ivar isolated: {user name: whether it is isolated}
    :ivar is_isolated_address: function from an address (str) to whether it is of the
        pool for isolated services; None when there is no such pool
    """

    items: dict
    numbers: dict = field(default_factory=dict)
    ended: dict = field(default_factory=dict)
    restarted: set = field(default_factory=set)
    unsure: set = field(default_factory=set)
    isolated: dict = field(default_factory=dict)
    is_isolated_address: object = None


class Difference(NamedTuple):
    """:ivar kind: missing, different, duplicate, leftover, online, foreign
    :ivar id: of the row on the router, "" when it is missing
    :ivar item: what is to be there, or None
    :ivar fields: {field: (there, wanted)}; of passwords there are only marks
    """

    kind: str
    menu: str
    label: str
    owner: int | None
    id: str
    item: Item | None = None
    fields: dict = {}  # noqa: RUF012 (never written)

    @property
    def is_proposed(self):
        """Whether it is something on the router that nobody here knows of."""
        fields = self.fields.items()
        return any(is_proposal(name, wanted) for name, (_there, wanted) in fields)

    @property
    def is_left_alone(self):
        """Whether only a person has it put right."""
        return self.kind == "foreign" or self.is_proposed

    @property
    def reaches_session(self):
        """Whether the subscriber must log in again to get it."""
        if self.menu != SECRET or self.is_proposed:
            return False
        return self.kind != "different" or bool(self.fields.keys() & SESSION_FIELDS)


def read(connection, menus, names=None):
    """Return {menu: [row]} of a router; of address lists only ours.

    :param names: user names that alone are of interest, None for all rows
    """
    commands = []
    for menu in menus:
        values = {".proplist": ".id," + PROPERTIES[menu]}
        queries = [()]
        if menu == ADDRESS_LIST:
            queries = [(f"?list={ADDRESS_LIST_ISOLATED}",)]
        elif menu != PROFILE and names is not None:
            queries = [(f"?name={name}",) for name in names]
        commands += [(menu, Command(f"{menu}/print", values, q)) for q in queries]
    replies = connection.talk([command for _menu, command in commands])
    found = {menu: [] for menu in menus}
    for (menu, _command), reply in zip(commands, replies, strict=True):
        raise_refusal(reply)
        found[menu] += reply.rows
    return found


def raise_refusal(reply):
    """:raises RefusedError: when the router did not do what it was asked"""
    if reply.error:
        raise RefusedError(reply.error)


def compare(wanted, actual, with_foreign=False):
    """Return the list of Difference between what is wanted and what was read.

    :param actual: {menu: [row]} of `read`
    """
    found, used, rows_by_key = [], set(), _index(actual)
    for owner, items in wanted.items.items():
        for item in items:
            row = rows_by_key[item.menu].get(_key(dict(item.key), item.menu))
            if not row:
                found.append(
                    Difference("missing", item.menu, item.label, owner, "", item)
                )
                continue
            used.add((item.menu, row[".id"]))
            fields = _get_different(
                item, row, owner in wanted.unsure, with_proposals=with_foreign
            )
            if fields:
                found.append(
                    Difference(
                        "different",
                        item.menu,
                        item.label,
                        owner,
                        row[".id"],
                        item,
                        fields,
                    )
                )
    for menu in (SECRET, QUEUE, ADDRESS_LIST):
        for row in actual.get(menu, ()):
            if (menu, row[".id"]) not in used and not _is_made_by_router_or_script(row):
                difference = _judge(menu, row, wanted)
                if difference.kind != "foreign" or with_foreign:
                    found.append(difference)
    return found + _judge_sessions(wanted, actual.get(ACTIVE, ()), found)


def _is_made_by_router_or_script(row):
    is_setup = row.get("comment", "").startswith(SETUP_MARK)
    return is_setup or row.get("dynamic") == "true"


def _index(actual):
    """Return {menu: {key: row}}; of rows with one key, the first."""
    return {
        menu: {_key(row, menu): row for row in reversed(rows)}
        for menu, rows in actual.items()
        if menu != ACTIVE
    }


def _key(row, menu):
    names = ("list", "address") if menu == ADDRESS_LIST else ("name",)
    return tuple(normalise(name, row.get(name)) for name in names)


def _get_different(item, row, unsure, with_proposals=False):
    """Return {field: (there, wanted)}; a password that cannot be read is different
    only where it may have changed.

    What the router proposes comes alone, once all else is right, so that it is decided
    on by itself.
    """
    fields = {}
    fixed = {n: v for n, v in FIXED.get(item.menu, {}).items() if row.get(n)}
    for name, value in {**fixed, **item.values}.items():
        there = row.get(name, "")
        if name == "password":
            if not there.strip("*"):
                if unsure:
                    fields[name] = ("", "")
            elif there != value:
                fields[name] = ("", "")
        elif normalise(name, there) != normalise(name, value):
            fields[name] = (there, value)
    if with_proposals and not fields:
        fields = {
            name: (row[name], None)
            for name in PROPOSED - item.values.keys()
            if item.menu == SECRET and row.get(name)
        }
    return fields


def is_proposal(name, wanted):
    """Whether a field that differs is what the router has beside what is wanted."""
    return name in PROPOSED and wanted is None


def _judge(menu, row, wanted):
    """Return the Difference that a row is which nothing wanted asks for."""
    label = row.get("name") or f"{row.get('list')} {row.get('address')}"
    number = parse_comment(row.get("comment"))
    owner = wanted.numbers.get(number) or wanted.ended.get(row.get("name"))
    kind = "foreign"
    if number in wanted.numbers:
        kind = "duplicate" if wanted.items.get(owner) else "leftover"
    elif owner:
        kind = "leftover"
    return Difference(kind, menu, label, owner, row[".id"])


def _judge_sessions(wanted, rows, found):
    """Sessions that are to end: of services that may not be online, and those that a
    service got before it was isolated, or opened again."""
    stale = {
        d.owner
        for d in found
        if d.reaches_session
        and d.owner
        and (d.kind != "missing" or wanted.isolated.get(d.label))
    }
    stale |= wanted.restarted
    names = {
        dict(item.key)["name"]: owner
        for owner, items in wanted.items.items()
        for item in items
        if item.menu == SECRET
    }
    leftover = {d.label for d in found if d.kind in ("leftover", "duplicate")}
    sessions = []
    for row in rows:
        name = row.get("name", "")
        owner = names.get(name) or wanted.ended.get(name)
        ends = (
            (name not in names and (owner or name in leftover))
            or (owner and owner in stale)
            or _has_wrong_address(wanted, name, row.get("address", ""))
        )
        if ends:
            sessions.append(Difference("online", ACTIVE, name, owner, row[".id"]))
    return sessions


def _has_wrong_address(wanted, name, address):
    if not wanted.is_isolated_address or name not in wanted.isolated:
        return False
    return wanted.is_isolated_address(address) != wanted.isolated[name]


# Applying


def apply(connection, differences):
    """Do what these differences ask for; return {difference's index: error (str) or
    None}. What is foreign is left alone.
    """
    results = {}
    phases = (
        lambda d: d.menu == PROFILE,
        lambda d: d.kind in ("leftover", "duplicate") and d.menu != ACTIVE,
        lambda d: d.kind in ("missing", "different") and d.menu != PROFILE,
    )
    numbered = [(n, d) for n, d in enumerate(differences) if d.kind != "foreign"]
    for belongs in phases:
        chosen = [(n, d) for n, d in numbered if belongs(d)]
        results |= _apply_phase(connection, chosen)
    return results | _close_sessions(connection, numbered)


def _apply_phase(connection, chosen):
    if not chosen:
        return {}
    pairs = [(n, d, command) for n, d in chosen for command in get_commands(d)]
    replies = connection.talk([command for _n, _d, command in pairs])
    results = {n: None for n, _d in chosen}
    for (n, difference, _command), reply in zip(pairs, replies, strict=True):
        gone = difference.item is None and reply.error and GONE in reply.error
        if reply.error and not gone:
            results[n] = results[n] or reply.error
    failed = [(n, d) for n, d in chosen if results[n] and d.item]
    return results | _read_back(connection, failed, results)


def _read_back(connection, failed, results):
    """Look again at what failed: others may have made, changed or removed the row in
    the meantime. Each gets one more try."""
    if not failed:
        return {}
    again, fixed = [], {}
    by_key = [
        Command(
            f"{d.menu}/print",
            {".proplist": ".id," + PROPERTIES[d.menu]},
            tuple(f"?{name}={value}" for name, value in d.item.key),
        )
        for _n, d in failed
    ]
    replies = connection.talk(by_key)
    for (n, d), reply in zip(failed, replies, strict=True):
        row = reply.rows[0] if reply.rows else None
        if row and not _get_different(d.item, row, False):
            fixed[n] = None
        elif bool(row) != (d.kind == "different") or (row and row[".id"] != d.id):
            kind, row_id = ("different", row[".id"]) if row else ("missing", "")
            fields = _get_different(d.item, row, True) if row else {}
            again.append((n, d._replace(kind=kind, id=row_id, fields=fields)))
    pairs = [(n, command) for n, d in again for command in get_commands(d)]
    replies = connection.talk([command for _n, command in pairs])
    for (n, _command), reply in zip(pairs, replies, strict=True):
        fixed[n] = fixed.get(n) or reply.error
    return {n: fixed.get(n, results[n]) for n, _d in failed}


def get_commands(difference):
    """Return the commands (list of Command) that end a difference."""
    menu, item, row_id = difference.menu, difference.item, difference.id
    if item is None:
        return [Command(f"{menu}/remove", {".id": row_id})] if row_id else []
    values = item.values
    if difference.kind == "missing":
        given = {name: value for name, value in values.items() if value}
        given |= NEW_VALUES.get(menu, {})
        return [Command(f"{menu}/add", {**dict(item.key), **given})]
    values = {**FIXED.get(menu, {}), **values}
    changed = {name: values.get(name) for name in difference.fields}
    emptied = [name for name in changed if name in UNSET and not changed[name]]
    written = {name: v for name, v in changed.items() if name not in emptied}
    commands = [
        Command(f"{menu}/unset", {".id": row_id, "value-name": name})
        for name in emptied
    ]
    if written:
        commands.append(Command(f"{menu}/set", {".id": row_id, **written}))
    return commands


def _close_sessions(connection, numbered):
    """Close the sessions that are to end, and those with which a device got in while
    its secret was being changed."""
    online = [(n, d) for n, d in numbered if d.menu == ACTIVE]
    changed = {
        d.label for _n, d in numbered if d.reaches_session and d.kind != "missing"
    }
    if not online and not changed:
        return {}
    names = sorted(changed | {d.label for _n, d in online})
    one_by_one = names if len(names) <= NAMES_AT_MOST else None
    ids = {d.id for _n, d in online}
    rows = [
        row
        for row in read(connection, [ACTIVE], one_by_one)[ACTIVE]
        if row[".id"] in ids or row.get("name") in changed
    ]
    replies = connection.talk(
        [Command(f"{ACTIVE}/remove", {".id": row[".id"]}) for row in rows]
    )
    errors = {
        row[".id"]: reply.error
        for row, reply in zip(rows, replies, strict=True)
        if reply.error and GONE not in reply.error
    }
    return {n: errors.get(d.id) for n, d in online}
