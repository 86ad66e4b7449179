"""The RouterOS API as a client speaks it, through librouteros.

librouteros casts what it reads (a user name `123` becomes a number) and takes a late
answer for the next one's. So its protocol is used alone: raw words, a tag for every
sentence, and a connection that did anything unexpected is closed and never used again.
"""

import binascii
import hashlib
import hmac
import logging
import socket
import ssl
import time
from collections import deque
from typing import NamedTuple

from librouteros.exceptions import ConnectionClosed, FatalError, LibRouterosError
from librouteros.protocol import ApiProtocol, decode_length, determine_length

from odoo.tools.translate import LazyTranslate

from odoo.addons.isp_network.exceptions import (
    ProtocolError,
    RefusedError,
    UnreachableError,
)

_lt = LazyTranslate(__name__, default_lang="en_US")

IN_FLIGHT = 200  # sentences that wait for their answers at once
# Before a word that is not UTF-8; and in a row, the names of fields that are not.
NOT_UTF8 = "\0"
CHUNK = 1 << 16
SECRET_WORDS = ("=password=", "=response=", "=secret=", "=ret=")
ANONYMOUS_CIPHERS = "ALL:!eNULL:@SECLEVEL=0"
REPLIES = ("!re", "!done", "!trap", "!empty")


class SecretFilter(logging.Filter):
    """librouteros logs each word: not those with passwords."""

    def filter(self, record):
        return not any(word in record.getMessage() for word in SECRET_WORDS)


logging.getLogger("librouteros").addFilter(SecretFilter())


class Endpoint(NamedTuple):
    """Where a router is, and how it is known to be the right one.

    :ivar tls: ``verified`` (by a certificate authority), ``pinned`` (this certificate
        alone), ``anonymous`` (encrypted, could be anyone) or ``plain``
    :ivar fingerprint: SHA-256 of the pinned certificate, hexadecimal
    :ivar timeout: seconds of silence after which it is given up
    :ivar limit: seconds that one exchange takes at most, however busy it is
    """

    host: str
    port: int
    tls: str
    user: str
    password: str
    fingerprint: str = ""
    timeout: float = 10.0
    limit: float = 300.0

    def __repr__(self):
        return f"Endpoint({self.host!r}, {self.port})"


class Command(NamedTuple):
    """:ivar path: such as ``/ppp/secret/set``
    :ivar values: {name: str}
    :ivar query: words such as ``?name=budi``
    """

    path: str
    values: dict
    query: tuple = ()

    def __repr__(self):
        return f"Command({self.path!r})"


class Reply(NamedTuple):
    """:ivar rows: list of {name: str}, as the router wrote them
    :ivar ret: str, the id of what was added, or None
    :ivar error: str, what the router refused it with, or None
    """

    rows: list
    ret: str | None
    error: str | None


class RouterConnection:
    """One connection, a context manager; who enters it is logged in.

    :raises UnreachableError, RefusedError, ProtocolError: by every method
    """

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self._wire = None
        self._next_tag, self._pending = 0, {}

    def __enter__(self):
        self._connect()
        try:
            self._log_in()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        if self._wire:
            self._wire.close()
            self._wire = None

    def talk(self, commands):
        """Give these commands (list of Command), many in flight; return their replies
        (list of Reply, in the order of the commands). A refused one stops no other.

        The only method that talks: after anything but answers the connection is closed.
        """
        if not self._wire:
            raise UnreachableError(_lt("The connection is closed."))
        clean = False
        try:
            replies = self._exchange(commands)
            clean = True
            return replies
        except FatalError as error:
            raise self._broken_off(str(error)) from error
        except TimeoutError as error:
            raise UnreachableError(
                _lt("%(host)s does not answer in time.", host=self.endpoint.host)
            ) from error
        except (ConnectionClosed, OSError) as error:
            raise self._broken_off("") from error
        except (LibRouterosError, ValueError) as error:
            raise self._not_understood() from error
        finally:
            if not clean:
                self.close()

    def _exchange(self, commands):
        self._wire.transport.begin(self.endpoint.limit)
        answers, self._pending = {}, {}
        waiting = deque(enumerate(commands))
        while waiting or self._pending:
            while waiting and len(self._pending) < IN_FLIGHT:
                self._write(*waiting.popleft())
            self._read_one(answers)
        return [answers[index] for index in range(len(commands))]

    def _write(self, index, command):
        tag = str(self._next_tag)
        self._next_tag += 1
        self._pending[tag] = [index, [], None]
        words = [f"={name}={value}" for name, value in command.values.items()]
        self._wire.writeSentence(command.path, *words, *command.query, f".tag={tag}")

    def _read_one(self, answers):
        """Read a sentence into what its command has been answered so far."""
        word, words = self._wire.readSentence()
        tag, values = None, {}
        for each in words:
            if each.startswith(".tag="):
                tag = each[5:]
                continue
            is_other = each.startswith(NOT_UTF8)
            name, _equals, value = each.removeprefix(NOT_UTF8)[1:].partition("=")
            values[name] = value
            if is_other:
                values[NOT_UTF8] = ",".join(filter(None, [values.get(NOT_UTF8), name]))
        if word not in REPLIES or not tag or tag not in self._pending:
            raise ValueError("an answer to nothing that was asked")
        pending = self._pending[tag]
        if word == "!re":
            pending[1].append(values)
        elif word == "!trap":
            message = values.get("message", "").strip()
            pending[2] = pending[2] or message or "error without a message"
        elif word == "!done":
            index, rows, error = self._pending.pop(tag)
            answers[index] = Reply(rows, values.get("ret"), error)

    # Connecting

    def _connect(self):
        endpoint = self.endpoint
        try:
            sock = socket.create_connection(
                (endpoint.host, endpoint.port), endpoint.timeout
            )
        except socket.gaierror as error:
            raise UnreachableError(
                _lt("The name %(host)s has no address.", host=endpoint.host)
            ) from error
        except (OSError, UnicodeError) as error:
            raise UnreachableError(
                _lt(
                    "%(host)s, port %(port)s cannot be reached: %(error)s.",
                    host=endpoint.host,
                    port=endpoint.port,
                    error=getattr(error, "strerror", None) or error,
                )
            ) from error
        if endpoint.tls != "plain":
            sock = self._encrypt(sock)
        self._wire = _Protocol(_Stream(sock, endpoint.timeout), "utf-8")

    def _encrypt(self, sock):
        endpoint = self.endpoint
        try:
            context = _get_context(endpoint.tls)
            sock = context.wrap_socket(sock, server_hostname=endpoint.host)
        except ssl.SSLCertVerificationError as error:
            sock.close()
            raise RefusedError(
                _lt(
                    "The certificate of %(host)s is not trusted: %(reason)s. Nothing "
                    "was sent.",
                    host=endpoint.host,
                    reason=error.verify_message,
                )
            ) from error
        except (OSError, ValueError) as error:
            sock.close()
            raise UnreachableError(
                _lt(
                    "No encrypted connection with %(host)s, port %(port)s: is it the "
                    "port of api-ssl, and has it a certificate?",
                    host=endpoint.host,
                    port=endpoint.port,
                )
            ) from error
        if endpoint.tls == "pinned":
            self._check_pin(sock)
        return sock

    def _check_pin(self, sock):
        shown = _get_fingerprint(sock)
        if not hmac.compare_digest(shown, self.endpoint.fingerprint):
            sock.close()
            raise RefusedError(
                _lt(
                    "%(host)s shows another certificate than the one that was pinned. "
                    "Nothing was sent. If you have given the router a new one, pin it "
                    "anew; if not, something else answers in its place. Its SHA-256 "
                    "is %(fingerprint)s.",
                    host=self.endpoint.host,
                    fingerprint=shown,
                )
            )

    def _log_in(self):
        endpoint = self.endpoint
        name = {"name": endpoint.user}
        (reply,) = self.talk(
            [Command("/login", {**name, "password": endpoint.password})]
        )
        if not reply.error and reply.ret:  # RouterOS before 6.43
            digest = _get_response(endpoint.password, reply.ret)
            (reply,) = self.talk([Command("/login", {**name, "response": digest})])
        if reply.error:
            self.close()
            raise RefusedError(
                _lt(
                    "%(host)s refuses the user %(user)s: %(error)s",
                    host=endpoint.host,
                    user=endpoint.user,
                    error=reply.error,
                )
            )

    def _broken_off(self, reason):
        return UnreachableError(
            _lt(
                "%(host)s broke the connection off. %(reason)s",
                host=self.endpoint.host,
                reason=reason,
            )
        )

    def _not_understood(self):
        return ProtocolError(
            _lt(
                "What answers at %(host)s, port %(port)s is not the RouterOS API.",
                host=self.endpoint.host,
                port=self.endpoint.port,
            )
        )


def fetch_fingerprint(host, port, timeout=10.0):
    """Return the SHA-256 (hexadecimal) of the certificate shown there, without
    sending anything.

    :raises UnreachableError: when there is none
    """
    connection = RouterConnection(
        Endpoint(host, port, "anonymous", "", "", "", timeout)
    )
    connection._connect()
    try:
        return _get_fingerprint(connection._wire.transport.sock)
    finally:
        connection.close()


def _get_fingerprint(sock):
    certificate = sock.getpeercert(binary_form=True)
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


def _get_context(tls):
    if tls == "verified":
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls == "anonymous":
        context.set_ciphers(ANONYMOUS_CIPHERS)
    return context


def _get_response(password, challenge):
    """Return the word that the older login wants: md5 of 0, password, challenge."""
    try:
        salt = binascii.unhexlify(challenge)
    except ValueError as error:
        raise ProtocolError(_lt("The challenge of the login is none.")) from error
    digest = hashlib.md5(b"\0" + password.encode() + salt, usedforsecurity=False)
    return f"00{digest.hexdigest()}"


class _Protocol(ApiProtocol):
    """librouteros leaves out, without a word, what is not UTF-8. Winbox writes the code
    page of Windows: read as that, and marked, so that who keeps a text can ask."""

    def readSentence(self):  # noqa: N802 (as librouteros calls it)
        """One without words is passed over, as the manual has it."""
        while not (first := self.readWord()):
            pass
        words = tuple(iter(self.readWord, ""))
        if first == "!fatal":
            self.transport.close()
            raise FatalError(words[0] if words else "")
        return first, words

    def readWord(self):  # noqa: N802 (as librouteros calls it)
        length = self._read_length()
        word = self.transport.read(length)
        try:
            return word.decode()
        except UnicodeDecodeError:
            return NOT_UTF8 + word.decode("cp1252", errors="replace")

    def _read_length(self):
        byte = self.transport.read(1)
        further = determine_length(byte)
        return decode_length(byte + self.transport.read(further) if further else byte)


class _Stream:
    """What librouteros reads and writes through: in large pieces, and no longer than
    it may. A router that sends a byte now and then is not waited for without end."""

    # pylint: disable=method-required-super

    def __init__(self, sock, timeout):
        self.sock, self.timeout = sock, timeout
        self._data, self._position = b"", 0
        self._deadline = 0.0

    def begin(self, limit):
        self._deadline = time.monotonic() + limit

    def write(self, data):
        self.sock.settimeout(self._get_patience())
        self.sock.sendall(data)

    def read(self, length):
        end = self._position + length
        while end > len(self._data):
            self.sock.settimeout(self._get_patience())
            piece = self.sock.recv(CHUNK)
            if not piece:
                raise ConnectionClosed("closed")
            self._data = self._data[self._position :] + piece
            end -= self._position
            self._position = 0
        word = self._data[self._position : end]
        self._position = end
        return word

    def close(self):
        self.sock.close()

    def _get_patience(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.timeout)
