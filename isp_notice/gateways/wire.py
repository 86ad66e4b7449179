"""One HTTP request, and what is known of it afterwards.

The difference that matters is whether the provider may have got the request. A
connection that never stood sent nothing; whatever breaks after that may have. Nothing
is tried a second time here, and no text of `requests` is handed on: it has addresses
with tokens in them.
"""

import json
import ssl
import time
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from .errors import Banned, Throttled, Uncertain, Unreachable

LONGEST_ANSWER = 1 << 20  # bytes
CONNECT_TIMEOUT = 5  # seconds
AT_ONCE = 20  # connections that are kept
LONGEST_WAIT = 3600  # seconds that a provider may let us wait
# What TLS says while a connection is made, thus before a request.
HANDSHAKE = (
    "ALERT", "CERTIFICATE_VERIFY_FAILED", "HTTP_REQUEST", "NO_PROTOCOLS_AVAILABLE",
    "UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER",
)  # fmt: skip


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
        adapter = HTTPAdapter(pool_maxsize=AT_ONCE)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def request(self, method, url, **options):
        """:param options: as of requests: headers, json, data, params
        :returns: Answer
        :raises Unreachable: nothing was sent
        :raises Uncertain: it may have been sent
        """
        deadline = time.monotonic() + self.timeout
        timeouts = (min(CONNECT_TIMEOUT, self.timeout), self.timeout)
        try:
            with self._session.request(
                method,
                url,
                timeout=timeouts,
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


def was_before_request(error):
    """Whether it surely happened before a byte of the request went out.

    :param error: of requests
    """
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, NewConnectionError):  # also of names that are not resolved
        return True
    if isinstance(error, requests.exceptions.SSLError):
        found = next((a for a in getattr(cause, "args", ()) if a), cause)
        reason = getattr(found, "reason", None) or str(found)
        is_certificate = isinstance(found, ssl.SSLCertVerificationError)
        return is_certificate or any(word in str(reason) for word in HANDSHAKE)
    return False


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
