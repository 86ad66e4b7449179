"""/interface, /ip, /radius: what a provider's settings touch."""

from .. import values
from ..errors import Trap
from ..table import COMMON, READ, WRITE, Field, Record, Table

LIST_MENU = "/ip/firewall/address-list"


class AddressList(Table):
    """One address is once in a list; a list is the name its entries share."""

    def _key_of(self, row):
        return f"{row['list']} {row['address']}"

    def add(self, call):
        if "address" not in call.arguments:
            raise Trap("missing =address=")
        return super().add(call)

    def insert(self, vals):
        stamp = {"creation-time": self.router.stamp(), "dynamic": "false"}
        return super().insert({**stamp, **vals})

    def find(self, name):
        return None  # an entry goes by its id alone


class ReadOnly(Table):
    @property
    def commands(self):
        return {
            name: command
            for name, command in super().commands.items()
            if name in ("print", "getall")
        }


def build(router):
    interfaces = ReadOnly(
        router,
        (
            Field("name"),
            Field("type", default="ether"),
            Field("mtu", default="1500"),
            Field("mac-address"),
            Field("running", default="true"),
            *COMMON,
        ),
        key="name",
    )
    for number in range(1, 6):
        mac = f"48:A9:8A:00:{router.number % 256:02X}:{number:02X}"
        interfaces.insert({"name": f"ether{number}", "mac-address": mac})
    signed = ()
    if router.is_at_least(7, 15):
        signed = (Field("require-message-auth", default="yes-for-request-resp"),)
    return {
        "/interface": interfaces,
        "/ip/pool": Table(
            router,
            (
                Field("name", required=True),
                Field("ranges", values.ranges, required=True),
                Field("next-pool"),
                Field("comment"),
            ),
            key="name",
            taken="failure: pool with such name exists",
        ),
        "/ip/address": Table(
            router,
            (
                Field("address", values.interface_address, required=True),
                Field("network"),
                Field("interface", required=True),
                Field("dynamic", default="false", readonly=True),
                *COMMON,
            ),
        ),
        LIST_MENU: AddressList(
            router,
            (
                Field("list", required=True),
                Field("address", values.listed, required=True),
                Field("timeout", values.span),
                Field("creation-time", readonly=True),
                Field("dynamic", default="false", readonly=True),
                *COMMON,
            ),
            key="address",
            taken="failure: already have such entry",
        ),
        "/radius": Table(
            router,
            (
                Field("service", required=True),
                Field("address", values.address, default="0.0.0.0"),
                Field("secret", default="", secret=True),
                Field("authentication-port", values.number, default="1812"),
                Field("accounting-port", values.number, default="1813"),
                Field("timeout", default="300ms"),
                Field("src-address", values.address),
                Field("protocol", default="udp"),
                *signed,
                *COMMON,
            ),
            rights=(READ, WRITE),
        ),
        "/radius/incoming": Record(
            router,
            (
                Field("accept", values.boolean, default="false"),
                Field("port", values.number, default="3799"),
            ),
        ),
    }
