"""A provider in a process of its own, or in the background of this one, and how it is
steered from elsewhere: the methods of Commands."""

import asyncio
import sys
from dataclasses import asdict

from .. import background
from ..control import Child, Orders, serve_control
from ..wire import listen
from .peer import Fault
from .providers import PROVIDERS


class Commands(Orders):
    """What there is to do with a peer, by values that JSON takes."""

    def __init__(self, peer):
        self.peer = peer

    async def fault(self, **fault):
        self.peer.faults.add(Fault(**fault))

    async def heal(self):
        """End all faults."""
        self.peer.faults.clear()
        self.peer.works, self.peer.latency, self.peer.statuses = True, 0.0, []

    async def forget(self):
        """Forget all messages."""
        self.peer.received.clear()
        self.peer.counts.clear()
        self.peer.requests = 0

    async def setting(self, **values):
        """Set attributes of the peer: hook, latency, statuses, works, number, …"""
        for name, value in values.items():
            if not hasattr(self.peer, name):
                raise ValueError(f"there is no {name}")
            setattr(self.peer, name, value)

    async def received(self, since=0):
        """The messages that were taken, from that number on."""
        return [asdict(message) for message in self.peer.received[since:]]

    async def counts(self):
        """{"messages": …, "keys": …, "doubled": [keys taken more than once]}"""
        counts = self.peer.counts
        doubled = [key for key, count in counts.items() if count > 1]
        return {
            "messages": len(self.peer.received),
            "keys": len(counts),
            "doubled": doubled,
            "requests": self.peer.requests,
        }

    async def tell(self, **values):
        return await self.peer.tell(**values)

    async def say(self, **values):
        return await self.peer.say(**values)

    async def post(self, **values):
        return await self.peer.post(**values)

    async def health(self, state, forged=False):
        """Post how the number is, for providers that do so."""
        return await self.peer.post(self.peer.get_health_hook(state), forged=forged)


class Background(background.Background):
    """A provider of messages in a thread of this process.

    `peer` may be looked at; `run("tell", name=…, state=…)` runs a command.
    """

    def __init__(self, provider, hook="", latency=0.0):
        peer = PROVIDERS[provider](hook, latency)
        super().__init__(peer, Commands(peer))


class Process(Child):
    """A peer in a process of its own, on a free port; `url` is where it listens, and
    `control` takes the methods of Commands."""

    def __init__(self, provider, hook="", latency=0.0):
        options = (f"--provider={provider}", f"--hook={hook}", f"--latency={latency}s")
        super().__init__("simulator.whatsapp", *options)
        self.port = self.described["port"]
        self.url = f"http://127.0.0.1:{self.port}"


async def serve(provider, hook, latency, port, control):
    """Listen until the standard input ends.

    :yields: {"port": …, "control": …} when it does
    """
    peer = PROVIDERS[provider](hook, latency)
    server, port = await listen(peer, port)
    steering, control = await serve_control(Commands(peer), control)
    try:
        yield {"provider": provider, "port": port, "control": control}
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        server.close()
        steering.close()
