"""/ppp: secrets, profiles, and who is online."""

import time

from .. import values
from ..errors import Trap
from ..table import COMMON, READ, Field, Table

SERVICES = ("any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp")
PROFILE_MENU, SECRET_MENU = "/ppp/profile", "/ppp/secret"
# Their ids, as in exports of 6 and 7: `/ppp profile set *FFFFFFFE …`.
BUILT_IN = {"default": 0, "default-encryption": 0xFFFFFFFE}
FIRST_ACTIVE = 8  # prints of /ppp/active begin with such ids: *8, *1A
FIRST_SESSION = 0x81100000


class Profiles(Table):
    def changed(self, before, after):
        """Those that refer to a profile follow its name, and show its id without it."""
        if not before or (after and before["name"] == after["name"]):
            return
        secrets = self.router.menus[SECRET_MENU]
        shown = after["name"] if after else "*unknown"
        for number, row in list(secrets.rows.items()):
            if row["profile"] == before["name"]:
                secrets.update(number, {"profile": shown})

    def delete(self, number):
        if self.rows[number]["name"] in BUILT_IN:
            raise Trap("failure: can not remove default profile")
        super().delete(number)


class Secrets(Table):
    def changed(self, before, after):
        """A subscriber's device that dials gets through as soon as it may. Nobody who
        is online is thrown out by a change, nor when the secret is removed."""
        if after:
            self.router.subscribers.dial(after["name"])


class Active(Table):
    """Who is online; removing a row closes the session, and the device dials again."""

    def show(self, row):
        seconds = int(self.router.now() - row["since"])
        shown = {name: value for name, value in row.items() if name != "since"}
        return {**shown, "uptime": values.show_span(max(seconds, 0))}

    def delete(self, number):
        self.router.subscribers.hang_up(number)

    def forget(self, number):
        super().delete(number)

    def dump(self):
        return {"next_id": self.next_id, "rows": {}}

    @property
    def commands(self):
        return {
            name: command
            for name, command in super().commands.items()
            if name in ("print", "getall", "remove")
        }


def build(router):
    never = f"{router.show_date(time.gmtime(0))} 00:00:00"
    profiles = Profiles(
        router,
        (
            Field("name", required=True),
            Field("local-address"),
            Field("remote-address"),
            Field("bridge"),
            Field("use-mpls", default="default"),
            Field(
                "use-ipv6",
                values.choice("yes", "no", "required", "default"),
                default="yes",
            ),
            Field("use-compression", default="default"),
            Field("use-encryption", default="default"),
            Field("only-one", values.choice("yes", "no", "default"), default="default"),
            Field("change-tcp-mss", default="default"),
            Field("bridge-learning", default="default"),
            Field("use-upnp", default="default"),
            Field("rate-limit", values.limit),
            Field("session-timeout", values.span),
            Field("idle-timeout", values.span),
            Field("parent-queue"),
            Field("dns-server"),
            Field("address-list", default=""),
            Field("on-up", default=""),
            Field("on-down", default=""),
            Field("default", default="false", readonly=True),
            Field("comment"),
        ),
        key="name",
        taken="failure: profile with the same name already exists",
    )
    secrets = Secrets(
        router,
        (
            Field("name", required=True),
            Field("service", values.choice(*SERVICES), default="any"),
            Field("caller-id", default=""),
            Field("password", default="", secret=True),
            Field("profile", default="default", refers=PROFILE_MENU),
            Field("local-address", values.address),
            Field("remote-address", _remote_address),
            Field("routes"),
            Field("ipv6-routes", default=""),
            Field("remote-ipv6-prefix"),
            Field("limit-bytes-in", values.number, default="0"),
            Field("limit-bytes-out", values.number, default="0"),
            Field("last-logged-out", default=never, readonly=True),
            Field("last-caller-id", default="", readonly=True),
            Field("last-disconnect-reason", default="", readonly=True),
            *COMMON,
        ),
        key="name",
        taken="failure: secret with the same name already exists",
    )
    active = Active(
        router,
        (
            Field("name"),
            Field("service", default="pppoe"),
            Field("caller-id"),
            Field("address"),
            Field("encoding", default=""),
            Field("session-id"),
            Field("limit-bytes-in", default="0"),
            Field("limit-bytes-out", default="0"),
            Field("radius", default="false"),
        ),
        rights=(READ, "write"),
    )
    active.next_id = FIRST_ACTIVE
    router.menus.update({PROFILE_MENU: profiles})
    for name, number in BUILT_IN.items():
        values_ = {"name": name, "default": "true", "change-tcp-mss": "yes"}
        if number:
            values_["use-encryption"] = "yes"
        profiles.put(number, values_)
    return {PROFILE_MENU: profiles, SECRET_MENU: secrets, "/ppp/active": active}


def _remote_address(name, value):
    """An address, or the name of a pool."""
    if value[:1].isalpha():
        return value
    return values.address(name, value)
