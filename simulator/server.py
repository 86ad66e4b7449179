"""Many routers in one process, each on a plain and an encrypted port."""

import asyncio
import logging
import shutil
import tempfile
from pathlib import Path

from . import certificates
from .control import Commands, serve_control
from .router import Router
from .session import Session

_logger = logging.getLogger(__name__)


class Listener:
    """The two ports of a router. A port keeps its number while it is closed."""

    def __init__(self, router, host, port, tls_port):
        self.router, self.host = router, host
        self.ports = {"plain": port, "tls": tls_port}
        self.servers = {}
        self.contexts = {"plain": None}
        self._open_contexts = {}
        self._working = asyncio.Lock()
        router.on_power = lambda is_on: asyncio.ensure_future(self.follow())

    async def follow(self):
        """Open the ports of a router that is up, close those of one that is down.

        Ports that are as they should be stay open: whoever is connecting is not cut.
        """
        async with self._working:
            wanted = {} if self.router.is_down else dict(self.contexts)
            if wanted == self._open_contexts:
                return
            self._open_contexts = {}
            for kind in list(self.servers):
                self.servers.pop(kind).close()
            for kind, context in wanted.items():
                await self._open(kind, context)
            self._open_contexts = wanted

    async def _open(self, kind, context):
        self.servers[kind] = server = await asyncio.start_server(
            self._connected, self.host, self.ports[kind], ssl=context, backlog=512
        )
        self.ports[kind] = server.sockets[0].getsockname()[1]

    async def _connected(self, reader, writer):
        try:
            await Session(self.router, reader, writer).serve()
        except Exception:
            _logger.exception("Session of %s", self.router.name)

    async def set_tls(self, context):
        """Encrypt with this context; None closes the port."""
        self.contexts = {"plain": None, **({"tls": context} if context else {})}
        await self.follow()

    def close(self):
        for server in self.servers.values():
            server.close()


class Fleet:
    """:param settings: the options of the command line (see __main__.py)"""

    def __init__(self, settings):
        self.settings = settings
        self.routers, self.listeners = [], []
        self.folder = Path(tempfile.mkdtemp(prefix="simulator-"))
        self.control_port = None

    async def start(self, fill):
        """:param fill: function that gives a new router what it begins with"""
        settings = self.settings
        for index in range(settings.routers):
            path = settings.state and Path(settings.state) / f"router-{index + 1}.json"
            router = Router(index + 1, path, settings.version, settings.logins)
            if not router.restore():
                fill(router)
            router.latency = settings.latency
            listener = Listener(
                router,
                settings.host,
                settings.port and settings.port + index,
                settings.tls_port and settings.tls_port + index,
            )
            self.routers.append(router)
            self.listeners.append(listener)
            await listener.follow()
            await self.set_tls(index, settings.tls)
        if settings.control is not None:
            commands = Commands(self)
            server, self.control_port = await serve_control(commands, settings.control)
            self.listeners.append(server)

    async def set_tls(self, index, kind):
        """Give a router's encrypted port a new certificate ("certificate"), none
        ("anonymous"), or close it ("none")."""
        router, listener = self.routers[index], self.listeners[index]
        router.certificate = context = None
        if kind == "certificate":
            path = self._get_certificate(router)
            router.certificate = {"name": "api", "common-name": router.name}
            context = certificates.server_context(path)
        elif kind == "anonymous":
            context = certificates.anonymous_context()
        await listener.set_tls(context)

    def _get_certificate(self, router):
        """The kept one of a router that keeps its memory, at its start; else a new
        one."""
        if not self.settings.state:
            return certificates.create(router.name, self.folder)
        path = Path(self.settings.state) / f"{router.name}.pem"
        if self.control_port or not path.exists():
            certificates.create(router.name, self.settings.state)
        return path

    def describe(self):
        """What a client needs to know, as JSON takes it."""
        return {
            "control": self.control_port,
            "routers": [
                {
                    "name": router.name,
                    **{kind: listener.ports[kind] for kind in listener.contexts},
                }
                for router, listener in zip(self.routers, self.listeners, strict=False)
            ],
        }

    async def stop(self):
        for listener in self.listeners:
            listener.close()
        sessions = [s for router in self.routers for s in router.sessions]
        for session in sessions:
            session.close()
        await asyncio.gather(*(session.ended.wait() for session in sessions))
        for router in self.routers:
            router.save()
        shutil.rmtree(self.folder)
