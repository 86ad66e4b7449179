"""A peer in the background of this process."""

import asyncio
import threading

from .control import TIMEOUT
from .wire import listen


class Background:
    """A peer in a thread of this process; a context manager.

    :param peer: what has a coroutine `handle` of wire.Request
    :param commands: its control.Orders, of which `run` runs one
    """

    def __init__(self, peer, commands):
        self.peer, self._commands = peer, commands
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server, self.port = self._wait(listen(peer))
        self.url = f"http://127.0.0.1:{self.port}"

    def _wait(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT)

    def run(self, command, /, **values):
        return self._wait(self._commands.run({"do": command, **values}))

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def stop(self):
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    async def _end(self):
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
