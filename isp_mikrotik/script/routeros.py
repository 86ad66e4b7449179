"""The script that makes a RouterOS router one of ours.

Everything about RouterOS' own language is in here. What it makes carries a comment
that begins with ``isp-setup:``, and is removed first, so it can be pasted again; what
holds sessions is known by its name and kept. The sources are MikroTik's manual:
"RADIUS", "PPP AAA", "PPPoE", "Firewall".
"""

import re
from dataclasses import dataclass

from ..const import ADDRESS_LIST_ISOLATED as ISOLATED
from ..const import SETUP_MARK as MARK

ALLOWED = "isolated-allowed"
PROFILE = "isp-subscribers"
SERVICE = "isp-internet"
# A question is given up sooner than the 10 seconds after which a device gives up.
RADIUS_TIMEOUT = "3s"
# What people typed ends no line and no word: what came after it would be a command.
NO_TEXT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
NO_WORD = re.compile(r"[^A-Za-z0-9.:/,_-]+")


@dataclass(frozen=True)
class Radius:
    """A FreeRADIUS server as the router sees it."""

    name: str
    host: str
    auth_port: int
    acct_port: int


@dataclass(frozen=True)
class Setup:
    """What the script is made of.

    :ivar version: of RouterOS; 7 stands for 7.15 and newer, 6 for all before
    :ivar interface: where the subscribers' PPPoE comes in
    :ivar pools: {name: ranges} of those that the router hands out
    :ivar isolated_ranges: ranges of the pool for isolated services, or ""
    :ivar odoo_addresses: from which changes and disconnections come
    :ivar billing_address: where isolated subscribers' plain web pages lead, or ""
    :ivar allowed: names and addresses that isolated subscribers reach
    :ivar asks_radius: whether it logs in by RADIUS; one that keeps its subscribers
        itself has its own PPPoE server, and needs the isolation alone
    :ivar ipv6: whether subscribers get IPv6. No manual says that an address list of
        RADIUS holds the prefix of an isolated one, so that is for a person to choose
    """

    version: int
    address: str
    secret: str
    interface: str
    coa_port: int
    interim_minutes: int
    radius: tuple = ()
    pools: dict | None = None
    isolated_ranges: str = ""
    odoo_addresses: tuple = ()
    billing_address: str = ""
    allowed: tuple = ()
    asks_radius: bool = True
    ipv6: bool = False


def quote(text):
    """``text`` as a RouterOS string."""
    return '"{}"'.format(re.sub(r'([\\"$?])', r"\\\1", str(text)))


def bare(text):
    """``text`` as a word without quotes: an address, a range of them, a host."""
    return NO_WORD.sub("", str(text))


def render(setup):
    """Return the script for a ``Setup`` (str)."""
    pools = ("Address pools", _pools)
    isolation = ("Isolated subscribers: the billing pages and nothing else", _isolation)
    parts = [pools, isolation]
    if setup.asks_radius:
        parts = [
            ("Log-in and accounting by RADIUS", _radius),
            ("Changes and disconnections from Odoo", _incoming),
            pools,
            ("PPPoE", _pppoe),
            isolation,
        ]
    lines = []
    for number, (title, part) in enumerate(parts, 1):
        commands = (NO_TEXT.sub(" ", command) for command in part(setup))
        lines += [f"# {number}. {title}", *commands, ""]
    return "\n".join(lines)


def _remove(menu):
    return f'{menu} remove [find comment~"^{MARK}"]'


def _add(menu, **values):
    return f"{menu} add {_words(values)}"


def _words(values):
    return " ".join(f"{n.replace('_', '-')}={value}" for n, value in values.items())


def _move_first(menu, found):
    """Return the command that moves a rule before all others.

    The rules that RouterOS makes itself stay first: nothing may stand before the one
    that counts fasttracked packets.
    """
    first = f"[:pick [{menu} find dynamic=no] 0]"
    return f"{menu} move [find {found}] destination={first}"


def _comment(text):
    return quote(f"{MARK} {text}")


def _radius(setup):
    # Known since RouterOS 7.15; FreeRADIUS signs all of its answers.
    signed = {"require_message_auth": "yes-for-request-resp"}
    yield _remove("/radius")
    for server in setup.radius:
        yield _add(
            "/radius",
            service="ppp",
            address=bare(server.host),
            secret=quote(setup.secret),
            authentication_port=server.auth_port,
            accounting_port=server.acct_port,
            src_address=bare(setup.address),
            timeout=RADIUS_TIMEOUT,
            **(signed if setup.version >= 7 else {}),
            comment=_comment(server.name),
        )
    yield (
        f"/ppp aaa set use-radius=yes accounting=yes "
        f"interim-update={setup.interim_minutes}m"
    )


def _incoming(setup):
    # RouterOS takes commands from addresses under /radius alone. Service login is
    # asked by nobody unless "/user aaa" uses RADIUS, so no log-in goes to Odoo.
    asked = {server.host for server in setup.radius}
    for address in setup.odoo_addresses:
        if address not in asked:
            yield _add(
                "/radius",
                service="login",
                address=bare(address),
                secret=quote(setup.secret),
                src_address=bare(setup.address),
                comment=_comment("commands from Odoo"),
            )
    yield f"/radius incoming set accept=yes port={setup.coa_port}"


def _pools(setup):
    for name, ranges in (setup.pools or {}).items():
        found = f"[/ip pool find name={quote(name)}]"
        spans = bare(ranges)
        yield (
            f":if ([:len {found}] = 0) do={{/ip pool add name={quote(name)} "
            f"ranges={spans}}} else={{/ip pool set {found} ranges={spans}}}"
        )


def _pppoe(setup):
    profile = quote(PROFILE)
    yield (
        f":if ([:len [/ppp profile find name={profile}]] = 0) "
        f"do={{/ppp profile add name={profile}}}"
    )
    yield (
        f"/ppp profile set [find name={profile}] local-address={bare(setup.address)} "
        f"change-tcp-mss=yes only-one=no use-ipv6={'yes' if setup.ipv6 else 'no'}"
    )
    # Removed and added again, the server would take every session with it.
    menu, service = "/interface pppoe-server server", quote(SERVICE)
    interface = quote(setup.interface)
    found = f"[{menu} find service-name={service}]"
    added = _add(menu, service_name=service, interface=interface)
    yield f":if ([:len {found}] = 0) do={{{added}}}"
    values = {
        "interface": interface,
        "default_profile": profile,
        "authentication": "pap,chap,mschap2",
        "one_session_per_host": "yes",
        "max_mtu": 1480,
        "max_mru": 1480,
        "disabled": "no",
    }
    yield f"{menu} set {found} {_words(values)}"


def _isolation(setup):
    lists, rules, nat = (
        f"/ip firewall {menu}" for menu in ("address-list", "filter", "nat")
    )
    yield from map(_remove, (lists, rules, nat))
    for span in filter(None, bare(setup.isolated_ranges).split(",")):
        yield _add(lists, list=ISOLATED, address=span, comment=_comment("pool"))
    billing = (setup.billing_address,) if setup.billing_address else ()
    for host in (*billing, *setup.allowed):
        yield _add(lists, list=ALLOWED, address=bare(host), comment=_comment("open"))
    yield from _isolation_rules(rules)
    yield from _isolation_of_ipv6(setup)
    if setup.billing_address:
        yield _add(
            nat,
            chain="dstnat",
            src_address_list=ISOLATED,
            dst_address_list=f"!{ALLOWED}",
            protocol="tcp",
            dst_port=80,
            action="dst-nat",
            to_addresses=bare(setup.billing_address),
            to_ports=80,
            comment=_comment("to the billing page"),
        )
        yield _move_first(nat, f'comment~"^{MARK}"')


def _isolation_of_ipv6(setup):
    """By IPv6 an isolated subscriber reaches nothing: the billing pages are open by
    IPv4. Before version 7 IPv6 is a package of its own, which may not be there."""
    menu = "/ipv6 firewall filter"
    commands = [
        _remove(menu),
        _add(
            menu,
            chain="forward",
            src_address_list=ISOLATED,
            action="reject",
            reject_with="icmp-admin-prohibited",
            comment=_comment("isolated subscribers"),
        ),
        _move_first(menu, f"comment={_comment('isolated subscribers')}"),
    ]
    for command in commands:
        if setup.version >= 7:
            yield command
        else:
            yield f":do {{[:parse {quote(command)}]}} on-error={{}}"


def _isolation_rules(rules):
    """A chain of its own, which everything from an isolated address goes through
    before any other rule; what it does not let pass is refused at once, so that
    https fails without waiting."""
    chain = {"chain": ISOLATED}
    yield _add(
        rules,
        **chain,
        dst_address_list=ALLOWED,
        action="accept",
        comment=_comment("billing and payment"),
    )
    for protocol in ("udp", "tcp"):
        yield _add(
            rules,
            **chain,
            protocol=protocol,
            dst_port=53,
            action="accept",
            comment=_comment("names"),
        )
    yield _add(
        rules,
        **chain,
        action="reject",
        reject_with="icmp-admin-prohibited",
        comment=_comment("all else"),
    )
    yield _add(
        rules,
        chain="forward",
        src_address_list=ISOLATED,
        action="jump",
        jump_target=ISOLATED,
        comment=_comment("isolated subscribers"),
    )
    yield _move_first(rules, f"comment={_comment('isolated subscribers')}")
