"""How another process switches faults: lines of JSON over the loopback.

A line `{"do": "fault", "router": 0, "kind": "silent"}` is answered by a line
`{"ok": …}` or `{"error": …}`. The methods of Commands are what there is to do.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from .faults import Fault
from .script import Script

TIMEOUT = 20  # seconds


class Orders:
    """What there is to do: the methods of those that inherit it."""

    async def run(self, order):
        """:param order: dict of the method's name and arguments"""
        name = order.pop("do")
        if name.startswith("_") or name == "run" or not hasattr(type(self), name):
            raise ValueError(f"there is no {name}")
        return await getattr(self, name)(**order)


class Commands(Orders):
    def __init__(self, fleet):
        self.fleet = fleet

    async def fault(self, router, **fault):
        self.fleet.routers[router].faults.add(Fault(**fault))

    async def heal(self, router):
        """End all faults; switch it on, and the devices of all subscribers off."""
        found = self.fleet.routers[router]
        found.faults.clear()
        found.subscribers.switch_off(list(found.subscribers.dialling))
        found.clock_offset, found.latency = 0.0, self.fleet.settings.latency
        found.logins = self.fleet.settings.logins
        if found.is_down:
            await self.power(router, True)

    async def power(self, router, on):
        self.fleet.routers[router].power(on)
        await self.fleet.listeners[router].follow()

    async def reboot(self, router, seconds=0.5):
        self.fleet.routers[router].reboot(seconds)

    async def latency(self, router, seconds):
        self.fleet.routers[router].latency = seconds

    async def logins(self, router, kind):
        """Take "both" ways to log in, the "plain" one, or the older "challenge"."""
        self.fleet.routers[router].logins = kind

    async def clock(self, router, offset):
        """Let it be wrong by so many seconds."""
        self.fleet.routers[router].clock_offset = offset

    async def certificate(self, router, kind="certificate"):
        await self.fleet.set_tls(router, kind)

    async def switch_on(self, router, names):
        """Devices of subscribers that dial in whenever they are let through."""
        self.fleet.routers[router].subscribers.switch_on(names)

    async def switch_off(self, router, names):
        self.fleet.routers[router].subscribers.switch_off(names)

    async def rows(self, router, path):
        """All rows of a menu, with what nobody may read."""
        rows = self.fleet.routers[router].menus[path].rows
        return [{".id": f"*{number:X}", **row} for number, row in rows.items()]

    async def reset(self, router, path):
        """Forget all rows of a menu that can be removed."""
        menu = self.fleet.routers[router].menus[path]
        for number, row in list(menu.rows.items()):
            if row.get("default") != "true":
                menu.delete(number)

    async def write(self, router, path, rows):
        """Add rows (lists of dict) as they are given to `add`."""
        menu = self.fleet.routers[router].menus[path]
        for row in rows:
            menu.insert(menu._parse(row))

    async def script(self, router, text):
        """Paste a script into its terminal."""
        Script(self.fleet.routers[router]).run(text)

    async def seed(self, router, text):
        """Give it what an `/export` says; return how much of that is not simulated."""
        script = Script(self.fleet.routers[router], lenient=True)
        script.run(text)
        return script.skipped

    async def describe(self):
        return self.fleet.describe()


async def serve_control(commands, port):
    """Listen on the loopback; return (server, its port)."""

    async def connected(reader, writer):
        while line := await reader.readline():
            try:
                answer = {"ok": await commands.run(json.loads(line))}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, limit=1 << 26)
    return server, server.sockets[0].getsockname()[1]


class Control:
    """The other end: `control.fault(router=0, kind="silent")`, and so on."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._file = self._socket.makefile("rwb")

    def __getattr__(self, name):
        def order(**arguments):
            line = json.dumps({"do": name, **arguments}).encode()
            self._file.write(line + b"\n")
            self._file.flush()
            answer = json.loads(self._file.readline())
            if "error" in answer:
                raise ValueError(answer["error"])
            return answer["ok"]

        return order

    def close(self):
        self._file.close()
        self._socket.close()


class Child:
    """A module that says in a line of JSON where it listens, as a process of its own;
    a context manager. `control` steers it. It ends by itself when its parent does."""

    def __init__(self, module, *arguments):
        command = [sys.executable, "-m", module, *map(str, arguments)]
        command += ["--control=0", "--json"]
        root = Path(__file__).resolve().parent.parent
        self._process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{module} does not start")
        self.described = json.loads(line)
        self.control = Control(self.described["control"])

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def stop(self):
        self.control.close()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(TIMEOUT)

    def kill(self):
        self._process.kill()
        self.stop()


class Process(Child):
    """A simulator on free ports; `routers` is a list of {"name", "plain", "tls"}."""

    def __init__(self, *arguments):
        super().__init__("simulator", "--port=0", "--tls-port=0", *arguments)
        self.routers = self.described["routers"]
