"""The way to a server, which can be cut."""

import asyncio
from contextlib import suppress
from threading import Thread

from tools.process import free_port


class Line:
    """A port of its own that leads to a server's, while it is not cut.

    A browser that is told to be offline still lets a service worker out that starts
    before it is told: what is cut here is cut for all of it.
    """

    def __init__(self, server):
        self.port, self._there = free_port(), server.port
        self._carrying = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.mend()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def mend(self):
        self._do(self._open())

    def cut(self):
        """Nobody is let in any more, and who is connected loses his connection."""
        self._do(self._close())

    def remove(self):
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self):
        self._listening = await asyncio.start_server(
            self._carry, "127.0.0.1", self.port
        )

    async def _close(self):
        self._listening.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader, writer):
        task = asyncio.current_task()
        self._carrying.add(task)
        with suppress(OSError):
            try:
                there = await asyncio.open_connection("127.0.0.1", self._there)
                await _join((reader, writer), there)
            finally:
                self._carrying.discard(task)
                writer.transport.abort()


async def _join(here, there):
    """Carry bytes both ways until one side has ended."""
    try:
        ways = [_pass_on(here[0], there[1]), _pass_on(there[0], here[1])]
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        there[1].transport.abort()


async def _pass_on(reader, writer):
    while block := await reader.read(65536):
        writer.write(block)
        await writer.drain()
