"""One HTTP request, and what is known of it afterwards.

The difference that matters is whether the provider may have got the request. A
connection that never stood sent nothing; whatever breaks after that may have. Nothing
is tried a second time here, and no text of `requests` is handed on: it has addresses
with tokens in them.
"""

import json
import time
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from .errors import Banned, Throttled, Uncertain, Unreachable

LONGEST_ANSWER = 1 << 20  # bytes
AT_ONCE = 64  # connections that are kept
LONGEST_WAIT = 3600  # seconds that a provider may let us wait


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
        deadline = time.monotonic() + self.timeout
        try:
            with self._session.request(
                method,
                url,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
                **options,
            ) as response:
                content = _read(response, deadline)
                return Answer(
                    response.status_code,
                    _parse(content),
                    _get_retry_after(response.headers.get("Retry-After", "")),
                )
        except (requests.ConnectionError, requests.Timeout) as error:
            if was_before_request(error):
                raise Unreachable("The provider cannot be reached.") from None
            raise Uncertain("The connection broke off before an answer.") from None
        except requests.RequestException as error:
            if isinstance(error, ValueError):  # an address or header that is none
                raise Unreachable("Address or token cannot be used.") from None
            raise Uncertain("The answer broke off.") from None
        except (UnicodeError, ValueError):
            raise Unreachable("Address or token cannot be used.") from None

    def close(self):
        self._session.close()


class _Before:
    """Of a connection: what goes wrong while it is made, encryption included, is told
    from what goes wrong later."""

    def connect(self):
        try:
            super().connect()
        except Exception as error:
            raise NewConnectionError(self, type(error).__name__) from error


class _Connection(_Before, HTTPConnection):
    pass


class _SecureConnection(_Before, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, **options)
        pools = {"http": _Pool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools


def was_before_request(error):
    """Whether it surely happened before a byte of the request went out.

    :param error: of requests
    """
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, NewConnectionError)


def _read(response, deadline):
    """The body, in time and not endless."""
    parts, length = [], 0
    for part in response.iter_content(1 << 14):
        parts.append(part)
        length += len(part)
        if length > LONGEST_ANSWER or time.monotonic() > deadline:
            raise Uncertain("The answer does not end.")
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
