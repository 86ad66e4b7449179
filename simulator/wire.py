"""HTTP/1.1, as much as peers of gateways need, for many requests a second."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

LONGEST = 1 << 22  # bytes of a request
HOOK_TIMEOUT = 30  # seconds


@dataclass
class Request:
    """:ivar headers: names in small letters"""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body or b"{}")

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Answer:
    """:ivar cut: what is done instead of answering: "silent" or "cut"
    :ivar drip: seconds between any two bytes
    """

    status: int = 200
    content: object = None
    headers: dict = field(default_factory=dict)
    cut: str = ""
    drip: float = 0.0

    def encode(self):
        body, kind = self.content, "text/html"
        if not isinstance(body, bytes):
            body, kind = json.dumps(body).encode(), "application/json"
        lines = [
            f"HTTP/1.1 {self.status} .",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def serve(handle, port=0):
    """Listen on the loopback; return the asyncio server.

    :param handle: coroutine of a Request that gives an Answer
    """

    async def connected(reader, writer):
        try:
            while request := await _read(reader):
                answer = await handle(request)
                if answer.cut == "silent":
                    await reader.read()
                if answer.cut:
                    writer.transport.abort()
                    return
                await _write(writer, answer)
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass
        except asyncio.CancelledError:  # the peer ends, and asyncio would print it
            pass
        finally:
            writer.close()

    return await asyncio.start_server(
        connected, "127.0.0.1", port, limit=LONGEST, backlog=512
    )


async def _write(writer, answer):
    content = answer.encode()
    for part in (bytes([b]) for b in content) if answer.drip else (content,):
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(answer.drip)


async def _read(reader):
    """The next request, None at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


async def listen(peer, port=0):
    """Let a peer (with a coroutine `handle`) listen; return (server, its port)."""
    server = await serve(peer.handle, port)
    return server, server.sockets[0].getsockname()[1]


def post(url, body, headers):
    """Post a web hook in JSON; return the HTTP status of the answer, 0 for none."""
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, body, headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=HOOK_TIMEOUT) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
