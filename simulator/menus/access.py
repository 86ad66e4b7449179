"""What subscribers come in by: PPPoE, PPP's AAA, DHCP, hotspot; pools of IPv6."""

from .. import values
from ..table import COMMON, Field, Record, Table
from .ppp import PROFILE_MENU

INTERFACES = "/interface"


def build(router):
    menus = {
        "/interface/pppoe-server/server": _pppoe(router),
        "/ppp/aaa": Record(
            router,
            (
                Field("use-radius", values.boolean, default="false"),
                Field("accounting", values.boolean, default="true"),
                Field("interim-update", values.span, default="0s"),
                Field("use-circuit-id-in-nas-port-id", values.boolean, default="false"),
            ),
        ),
        **_dhcp(router),
        **_hotspot(router),
    }
    if router.major >= 7:
        menus |= _ipv6(router)
    return menus


def _pppoe(router):
    return Table(
        router,
        (
            Field("service-name", default=""),
            Field("interface", required=True, refers=INTERFACES),
            Field("max-mtu", default="auto"),
            Field("max-mru", default="auto"),
            Field("mrru", default="disabled"),
            Field("authentication", default="pap,chap,mschap1,mschap2"),
            Field("keepalive-timeout", default="10"),
            Field("one-session-per-host", values.boolean, default="false"),
            Field("max-sessions", default="unlimited"),
            Field("pado-delay", default="0"),
            Field("default-profile", default="default", refers=PROFILE_MENU),
            Field("disabled", values.boolean, default="true"),
            Field("comment"),
        ),
    )


def _dhcp(router):
    server = (
        Field("name", required=True),
        Field("interface", required=True, refers=INTERFACES),
        Field("address-pool", default="static-only"),
        Field("lease-time", values.span, default="30m"),
        Field("authoritative", default="yes"),
        Field("use-radius", default="no"),
        Field("lease-script", default=""),
        *COMMON,
    )
    lease = (
        Field("address"),
        Field("mac-address", values.mac),
        Field("client-id"),
        Field("address-lists", default=""),
        Field("server", default="all"),
        Field("rate-limit", values.limit),
        Field("status", default="waiting", readonly=True),
        Field("last-seen", default="never", readonly=True),
        Field("dynamic", default="false", readonly=True),
        *COMMON,
    )
    network = ("gateway", "netmask", "dns-server", "ntp-server", "domain", "comment")
    return {
        "/ip/dhcp-server": Table(router, server, key="name"),
        "/ip/dhcp-server/lease": Table(router, lease),
        "/ip/dhcp-server/network": Table(
            router, (Field("address", required=True), *map(Field, network))
        ),
    }


def _hotspot(router):
    profile = (
        Field("name", required=True),
        Field("hotspot-address"),
        Field("dns-name", default=""),
        Field("login-by", default="cookie,http-chap"),
        Field("use-radius", values.boolean, default="false"),
    )
    server = (
        Field("name", required=True),
        Field("interface", required=True, refers=INTERFACES),
        Field("address-pool", default="none"),
        Field("profile", default="default", refers="/ip/hotspot/profile"),
        *COMMON,
    )
    user_profile = (
        Field("name", required=True),
        Field("shared-users", default="1"),
        Field("rate-limit", values.limit),
        Field("address-list", default=""),
        Field("session-timeout", values.span),
        Field("default", default="false", readonly=True),
    )
    user = (
        Field("name", required=True),
        Field("password", default="", secret=True),
        Field("profile", default="default", refers="/ip/hotspot/user/profile"),
        Field("server", default="all"),
        Field("limit-uptime", values.span),
        Field("limit-bytes-total", values.number),
        *COMMON,
    )
    menus = {
        "/ip/hotspot": Table(router, server, key="name"),
        "/ip/hotspot/profile": Table(router, profile, key="name"),
        "/ip/hotspot/user/profile": Table(router, user_profile, key="name"),
        "/ip/hotspot/user": Table(router, user, key="name"),
    }
    router.menus.update(menus)
    for path in ("/ip/hotspot/profile", "/ip/hotspot/user/profile"):
        menus[path].insert({"name": "default"})
    return menus


def _ipv6(router):
    return {
        "/ipv6/pool": Table(
            router,
            (
                Field("name", required=True),
                Field("prefix", required=True),
                Field("prefix-length", values.number, required=True),
            ),
            key="name",
        ),
        "/ipv6/address": Table(
            router,
            (
                Field("address", required=True),
                Field("interface", required=True, refers=INTERFACES),
                Field("from-pool", default=""),
                Field("advertise", values.boolean, default="true"),
                Field("dynamic", default="false", readonly=True),
                *COMMON,
            ),
        ),
    }
