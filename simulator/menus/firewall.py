"""/ip/firewall, /ipv6/firewall: rules in their order."""

from .. import values
from ..errors import Trap
from ..table import COMMON, READ, WRITE, Field, Result, Table

PASSED = "passthrough"  # of the row that counts what fasttrack lets by
FASTTRACK = "fasttrack-connection"


class Rules(Table):
    """The place of a rule decides. Where something is fasttracked the router shows a
    rule of its own before all others, and nothing gets before that (exports and prints
    of 6 and 7: "special dummy rule to show fasttrack counters")."""

    @property
    def commands(self):
        return {**super().commands, "move": (self.move, WRITE)}

    def move(self, call):
        arguments = dict(call.arguments)
        place = arguments.pop("destination", "")
        numbers = self._numbers(arguments)
        place = self._number(place) if place else None
        if place in numbers:  # before itself: there it is
            return Result()
        left = [number for number in self.rows if number not in numbers]
        at = left.index(place) if place is not None else len(left)
        if at < len(left) and self.rows[left[at]].get("dynamic") == "true":
            raise Trap("failure: can not move builtin")
        order = [*left[:at], *numbers, *left[at:]]
        self.rows = {number: self.rows[number] for number in order}
        self.router.touch()
        return Result()

    def changed(self, before, after):
        tracked = any(row["action"] == FASTTRACK for row in self.rows.values())
        own = [n for n, row in self.rows.items() if row.get("dynamic") == "true"]
        if tracked and not own:
            number, self.next_id = self.next_id, self.next_id + 1
            row = {
                **self.defaults,
                "chain": "forward",
                "action": PASSED,
                "dynamic": "true",
                "comment": "special dummy rule to show fasttrack counters",
            }
            self.rows = {number: row, **self.rows}
        elif own and not tracked:
            del self.rows[own[0]]


def build(router):
    def rules(*names):
        fields = (
            Field("chain", required=True),
            Field("action", default="accept"),
            *(Field(name) for name in (*MATCHES, *names)),
            Field("log", values.boolean, default="false"),
            Field("log-prefix", default=""),
            Field("bytes", default="0", readonly=True),
            Field("packets", default="0", readonly=True),
            Field("invalid", default="false", readonly=True),
            Field("dynamic", default="false", readonly=True),
            *COMMON,
        )
        return Rules(router, fields, rights=(READ, WRITE))

    menus = {
        "/ip/firewall/filter": rules("reject-with", "hw-offload"),
        "/ip/firewall/nat": rules("to-addresses", "to-ports"),
        "/ip/firewall/mangle": rules("new-packet-mark", "passthrough"),
    }
    if router.major >= 7:  # a package of its own before, which few have
        menus["/ipv6/firewall/filter"] = rules("reject-with")
    return menus


MATCHES = (
    "src-address", "dst-address", "src-address-list", "dst-address-list", "protocol",
    "src-port", "dst-port", "port", "in-interface", "out-interface",
    "in-interface-list", "out-interface-list", "connection-state",
    "connection-nat-state", "jump-target", "ipsec-policy", "address-list",
    "address-list-timeout", "limit", "src-mac-address", "hotspot", "icmp-options",
)  # fmt: skip
