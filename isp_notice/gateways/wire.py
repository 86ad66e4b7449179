"""One HTTP request, and what is known of it afterwards.

The difference that matters is whether the provider may have got the request: before the
first byte of it goes out nothing was sent, whatever breaks after that may have been.
Nothing is tried a second time here, and no text of `requests` is handed on: it has
addresses with tokens in them.
"""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from .errors import Banned, Throttled, Uncertain, Unreachable

LONGEST_ANSWER = 1 << 20  # bytes
AT_ONCE = 64  # connections that are kept
LONGEST_WAIT = 3600  # seconds that a provider may let us wait
FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError)


@dataclass(frozen=True)
class Answer:
    """:ivar json: what was answered, None when it is no JSON
    :ivar retry_after: seconds that the provider asks for, 0 when it does not
    """

    status: int
    json: object
    retry_after: int = 0

    @property
    def ok(self):
        return 200 <= self.status < 300


class Wire:
    """Requests to one provider, over connections that stay open."""

    def __init__(self, timeout):
        self.timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = _Adapter(pool_maxsize=AT_ONCE)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(self, method, url, **options):
        """:param options: as of requests: headers, json, data, params
        :returns: Answer
        :raises Unreachable: nothing was sent
        :raises Uncertain: it may have been sent
        """
        with _Watch(self.timeout) as watch:
            try:
                with self._session.request(
                    method,
                    url,
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                    **options,
                ) as response:
                    return Answer(
                        response.status_code,
                        _parse(_read(response)),
                        _get_retry_after(response.headers.get("Retry-After", "")),
                    )
            except (*FAILURES, ValueError) as error:
                if watch.begun:
                    raise Uncertain("No whole answer came.") from None
                if isinstance(error, ValueError):
                    raise Unreachable("Address or token cannot be used.") from None
                raise Unreachable("The provider cannot be reached.") from None

    def close(self):
        self._session.close()


_here = threading.local()


class _Guard:
    """Hangs up on providers that answer by drops: a timeout of a socket begins anew
    with every byte. One thread does it for all requests, while there are any."""

    STEP, REST = 0.1, 30  # seconds between two looks, and without work until it ends

    def __init__(self):
        self._lock = threading.Lock()
        self._watches, self._thread = set(), None

    def add(self, watch):
        with self._lock:
            self._watches.add(watch)
            if not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def discard(self, watch):
        with self._lock:
            self._watches.discard(watch)

    def _run(self):
        last = time.monotonic()
        while True:
            time.sleep(self.STEP)
            now = time.monotonic()
            with self._lock:
                for watch in self._watches:
                    if watch.deadline < now:
                        watch.hang_up()
                if self._watches:
                    last = now
                elif now - last > self.REST:
                    self._thread = None
                    return


_guard = _Guard()


class _Watch:
    """Of one request in this thread.

    :ivar begun: whether a byte of it went out
    :ivar deadline: when it is hung up
    """

    def __init__(self, seconds):
        self.begun, self.deadline = False, time.monotonic() + 2 * seconds
        self._socket = None

    def __enter__(self):
        _here.watch = self
        return self

    def __exit__(self, *_exception):
        _guard.discard(self)

    def begin(self, connected):
        if not self.begun:
            self.begun, self._socket = True, connected
            _guard.add(self)

    def hang_up(self):
        with suppress(OSError):
            # Not that of ssl, which takes the reader its state away.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Begin:
    """Tells of a connection when it sends."""

    def send(self, data):
        if self.sock is None:
            self.connect()
        _here.watch.begin(self.sock)
        return super().send(data)


class _Connection(_Begin, HTTPConnection):
    pass


class _SecureConnection(_Begin, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments, **options):
        made = super().init_poolmanager(*arguments, **options)
        pools = {"http": _Pool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools
        return made


def _read(response):
    """The body; ValueError when it is endless."""
    parts, length = [], 0
    for part in response.iter_content(1 << 14):
        parts.append(part)
        length += len(part)
        if length > LONGEST_ANSWER:
            raise ValueError("too long")
    return b"".join(parts)


def _parse(content):
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError):
        return None


def _get_retry_after(text):
    return min(int(text), LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else 0


def raise_for_status(answer, text="", wait=60):
    """What is the same of all providers: too many requests, no service, no right.

    503 is said by who does no work; any other error of a server may come after it.
    Who is no provider, such as a proxy with a wrong address, did nothing.

    :param text: the provider's words
    :param wait: seconds, when it does not say how long
    """
    text = text or f"The provider answers {answer.status}."
    if answer.status == 429:
        raise Throttled(answer.retry_after or wait, text)
    if answer.status in (401, 403):
        raise Banned(text, answer.status)
    if answer.status >= 500 and answer.status != 503:
        raise Uncertain(text)
    if answer.status == 503 or not isinstance(answer.json, dict):
        raise Unreachable(text)
