"""The devices of subscribers, which dial in whenever they are let through."""

import contextlib
import ipaddress
import zlib

from . import values
from .errors import Trap
from .menus.ppp import FIRST_ACTIVE, FIRST_SESSION

ACTIVE, SECRETS, PROFILES = "/ppp/active", "/ppp/secret", "/ppp/profile"
POOLS, LISTS, QUEUES = "/ip/pool", "/ip/firewall/address-list", "/queue/simple"


class Subscribers:
    """`dialling` holds the user names of devices that are switched on."""

    def __init__(self, router):
        self.router, self.dialling = router, set()
        self.online, self.dynamic = {}, {}
        self.next_address = {}  # of each range of a pool

    def switch_on(self, names):
        self.dialling.update(names)
        for name in names:
            self.dial(name)

    def switch_off(self, names):
        self.dialling.difference_update(names)
        for name in names:
            if name in self.online:
                self.hang_up(self.online[name])

    def dial(self, name):
        """Let this device through, if it is on, not online yet, and allowed."""
        menus = self.router.menus
        secret = menus[SECRETS].rows.get(menus[SECRETS].find(name))
        if name not in self.dialling or name in self.online or not secret:
            return
        profile = menus[PROFILES].rows.get(menus[PROFILES].find(secret["profile"]))
        if secret["disabled"] == "true" or not profile:
            return
        address = self._find_address(secret, profile)
        active = menus[ACTIVE]
        self.online[name] = number = active.insert(
            {
                "name": name,
                "caller-id": secret["caller-id"] or _mac(name),
                "address": address,
                "session-id": f"0x{FIRST_SESSION + active.next_id - FIRST_ACTIVE:08x}",
                "since": self.router.now(),
            }
        )
        self.dynamic[number] = self._add_dynamic(name, address, profile)
        self.router.log("ppp,info", f"<pppoe-{name}>: connected")

    def hang_up(self, number):
        """Close a session; the device, if it is on, dials again at once."""
        active = self.router.menus[ACTIVE]
        row = active.rows[number]
        for path, dynamic in self.dynamic.pop(number, ()):
            if dynamic in self.router.menus[path].rows:
                self.router.menus[path].delete(dynamic)
        active.forget(number)
        del self.online[row["name"]]
        secrets = self.router.menus[SECRETS]
        if secret := secrets.rows.get(secrets.find(row["name"])):
            secret["last-logged-out"] = self.router.stamp()
            secret["last-caller-id"] = row["caller-id"]
            secret["last-disconnect-reason"] = "hung-up"
        self.router.log("ppp,info", f"<pppoe-{row['name']}>: disconnected")
        self.router.soon(self.dial, row["name"])

    def drop_all(self):
        for number in list(self.online.values()):
            self.hang_up(number)

    def _find_address(self, secret, profile):
        """That of the secret, else one after the other of the profile's pool."""
        wanted = secret.get("remote-address") or profile.get("remote-address", "")
        pools = self.router.menus[POOLS]
        pool = pools.rows.get(pools.find(wanted))
        if not pool:
            return wanted if wanted[:1].isdigit() else "0.0.0.0"
        part = pool["ranges"].split(",")[0]
        first, dash, last = part.partition("-")
        if dash:
            begin, end = (int(ipaddress.ip_address(a)) for a in (first, last))
        else:
            network = ipaddress.ip_network(first, strict=False)
            begin, end = int(network[0]), int(network[-1])
        found = self.next_address.get(part, begin)
        self.next_address[part] = found + 1 if found < end else begin
        return str(ipaddress.ip_address(found))

    def _add_dynamic(self, name, address, profile):
        """What a profile makes for a session; return [(path, id)]."""
        made = []
        if lists := profile["address-list"]:
            vals = {"list": lists, "address": address, "dynamic": "true"}
            with contextlib.suppress(Trap):  # somebody has written it there himself
                made.append((LISTS, self.router.menus[LISTS].insert(vals)))
        if limit := profile.get("rate-limit"):
            limit = values.pair(values.rate)("rate-limit", limit.split()[0])
            vals = {
                "name": f"<pppoe-{name}>",
                "target": f"<pppoe-{name}>",
                "max-limit": limit,
                "dynamic": "true",
            }
            made.append((QUEUES, self.router.menus[QUEUES].insert(vals)))
        return made


def _mac(name):
    number = zlib.crc32(name.encode("utf-8", "surrogateescape"))
    return "02:00:" + ":".join(
        f"{number >> shift & 255:02X}" for shift in (24, 16, 8, 0)
    )
