"""One router: what it holds, and what befalls it."""

import asyncio
import hashlib
import logging
import time

from . import menus, state
from .faults import Faults
from .subscribers import Subscribers

_logger = logging.getLogger(__name__)

SAVE_AFTER = 0.5  # seconds; changes that come together are written together
REBOOT_SECONDS = 0.5


class Router:
    """:param number: its place among the routers of the process, from 1
    :param path: of the file that keeps its memory, or None
    :param logins: "both", "plain" or "challenge" (before 6.43)
    """

    def __init__(self, number, path=None, version="7.16.2 (stable)", logins="both"):
        self.number, self.path = number, path
        self.name, self.board = f"SIM-{number}", "RB5009UG+S+"
        self.version, self.logins = version, logins
        self.latency, self.clock_offset = 0.0, 0.0
        self.free_disk = 64 << 20
        self.booted = self.now()
        self.certificate = None
        self.faults, self.sessions = Faults(), set()
        self.is_down, self.on_power = False, None
        self._saving = None
        self.subscribers = Subscribers(self)
        self.menus = {}
        self.menus.update(menus.build(self))

    @property
    def major(self):
        return int(self.version.partition(".")[0])

    def get_paths(self):
        """Return the paths (set) of all menus, and of those that they are in."""
        return {
            "/".join(parts[:length])
            for parts in (path.split("/") for path in self.menus)
            for length in range(2, len(parts) + 1)
        }

    @property
    def says_empty(self):
        """Whether it is new enough to say `!empty` before `!done`."""
        return self.is_at_least(7, 18)

    def is_at_least(self, *wanted):
        version = self.version.split()[0].split(".")[:2]
        return tuple(map(int, version)) >= wanted

    @staticmethod
    def now():
        return time.time()

    def clock(self):
        return self.now() + self.clock_offset

    def stamp(self):
        now = time.gmtime(self.clock())
        return f"{self.show_date(now)} {time.strftime('%H:%M:%S', now)}"

    def show_date(self, moment):
        """A date (struct_time) as this version writes it: nov/27/2026 before 7."""
        if self.major >= 7:
            return time.strftime("%Y-%m-%d", moment)
        return time.strftime("%b/%d/%Y", moment).lower()

    def log(self, topics, message):
        self.menus["/log"].write(topics, message)

    # Users

    def get_rights(self, name, password=None, challenge=None, response=None):
        """Return the policies (frozenset) of who shows the right password, else None.

        The older login shows md5(0, password, challenge) instead.
        """
        users = self.menus["/user"]
        rights = users.find_right(name)
        if not rights or "api" not in rights:
            return None
        known = users.rows[users.find(name)]["password"]
        if challenge is None:
            return rights if password == known else None
        digest = hashlib.md5(b"\0" + known.encode() + challenge, usedforsecurity=False)
        return rights if response == f"00{digest.hexdigest()}" else None

    # Memory

    def touch(self):
        """Something changed: write it down soon."""
        if self.path and not self._saving:
            self._saving = asyncio.get_running_loop().call_later(SAVE_AFTER, self.save)

    def save(self):
        if self._saving:
            self._saving.cancel()
            self._saving = None
        if self.path:
            kept = {
                path: menu.dump() for path, menu in self.menus.items() if path in KEPT
            }
            kept["dialling"] = sorted(self.subscribers.dialling)
            state.save(self.path, kept)

    def restore(self):
        """Take up what was saved; return whether there was something."""
        kept = state.load(self.path) if self.path else None
        if not kept:
            return False
        for path in KEPT:
            if path in kept:
                self.menus[path].load(kept[path])
        self.subscribers.switch_on(kept["dialling"])
        return True

    # Power

    def soon(self, function, *args):
        asyncio.get_running_loop().call_soon(function, *args)

    def reboot(self, seconds=REBOOT_SECONDS):
        """Lose all connections and sessions; take none for some seconds."""
        self.power(False)
        asyncio.get_running_loop().call_later(seconds, self.power, True)

    def power(self, is_on):
        """Switch it off (nobody can connect) or on."""
        self.is_down = not is_on
        if is_on:
            self.booted = self.now()
            self.subscribers.switch_on(list(self.subscribers.dialling))
        else:
            dialling, self.subscribers.dialling = self.subscribers.dialling, set()
            self.subscribers.drop_all()
            self.subscribers.dialling = dialling
            for session in list(self.sessions):
                session.close()
        if self.on_power:
            self.on_power(is_on)


KEPT = (
    "/ppp/secret",
    "/ppp/profile",
    "/queue/simple",
    "/ip/firewall/address-list",
    "/ip/pool",
    "/ip/address",
    "/radius",
    "/radius/incoming",
    "/ip/firewall/filter",
    "/ip/firewall/nat",
    "/interface/pppoe-server/server",
    "/ppp/aaa",
    "/system/identity",
    "/user",
    "/user/group",
)
