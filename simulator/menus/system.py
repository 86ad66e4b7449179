"""/system, /log, /certificate: the router about itself."""

import time

from .. import values
from ..table import READ, WRITE, Field, Record, Result, Table

MEMORY, DISK = 1 << 30, 128 << 20


class Clock(Record):
    """The time; that it is wrong is one of the faults."""

    def show(self):
        now = time.gmtime(self.router.clock())
        return {
            "time": time.strftime("%H:%M:%S", now),
            "date": self.router.show_date(now),
            "time-zone-autodetect": "false",
            "time-zone-name": "UTC",
            "gmt-offset": "+00:00",
        }


class Resource(Record):
    def show(self):
        seconds = int(self.router.now() - self.router.booted)
        online = len(self.router.menus["/ppp/active"].rows)
        free = max(MEMORY - (96 << 20) - online * 20000, 16 << 20)
        return {
            "uptime": values.show_span(seconds),
            "version": self.router.version,
            "build-time": "2025-01-15 09:30:00",
            "factory-software": "7.6",
            "free-memory": str(free),
            "total-memory": str(MEMORY),
            "cpu": "ARM64",
            "cpu-count": "4",
            "cpu-frequency": "1400",
            "cpu-load": str(min(3 + online // 200, 100)),
            "free-hdd-space": str(self.router.free_disk),
            "total-hdd-space": str(DISK),
            "architecture-name": "arm64",
            "board-name": self.router.board,
            "platform": "MikroTik",
        }


class Reboot:
    def __init__(self, router):
        self.router = router

    @property
    def commands(self):
        return {"reboot": (self.reboot, "reboot")}

    def reboot(self, _call):
        self.router.reboot()
        return Result()


class Log(Table):
    LONGEST = 1000

    def write(self, topics, message):
        stamp = self.router.stamp()
        self.insert({"time": stamp, "topics": topics, "message": message})
        if len(self.rows) > self.LONGEST:
            del self.rows[next(iter(self.rows))]

    @property
    def commands(self):
        return {"print": (self.print, READ), "getall": (self.print, READ)}

    def dump(self):
        return {"next_id": self.next_id, "rows": {}}


class Certificates(Table):
    """The one that the encrypted port shows, if there is one."""

    @property
    def commands(self):
        return {"print": (self.print, READ), "getall": (self.print, READ)}

    def _found(self, matches, hidden):
        self.rows = {1: self.router.certificate} if self.router.certificate else {}
        return super()._found(matches, hidden)

    def dump(self):
        return {"next_id": 2, "rows": {}}


def build(router):
    name = Field("name", default=router.name)
    board = {"model": router.board, "serial-number": f"HE{router.number:010d}"}
    texts = (Field("time"), Field("topics"), Field("message"))
    return {
        "/system/identity": Record(router, (name,)),
        "/system/clock": Clock(router, ()),
        "/system/resource": Resource(router, ()),
        "/system/routerboard": Record(
            router, (), routerboard="true", **board, rights=(READ, WRITE)
        ),
        "/system": Reboot(router),
        "/log": Log(router, texts),
        "/certificate": Certificates(router, (Field("name"), Field("fingerprint"))),
    }
