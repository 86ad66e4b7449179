"""What every gateway for messages has in common. Nothing here knows Odoo.

A gateway is made of plain settings, sends one message, and reads what the provider
posts to us (a web hook). Whatever goes wrong while it sends is one of the errors below,
which say what may be done next: above all, whether the same message may be sent again.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone

from . import wire
from .errors import (  # noqa: F401  (they belong to the contract)
    Banned,
    Forged,
    GatewayError,
    Refused,
    Throttled,
    Uncertain,
    Unreachable,
)
from .text import clean, digits_of

LONGEST_HOOK = 1 << 20  # bytes; Meta posts up to 3 MB of media links, never of text
LONGEST_ERROR = 500  # characters of a provider's words that are kept
STATES = ("sent", "delivered", "read", "failed")


@dataclass(frozen=True)
class Outgoing:
    """A message to one person.

    :ivar to: E.164 without the plus: "6281234567890"
    :ivar template: name of an approved template, for providers that have them
    :ivar language: of the template, as the provider writes it: "id", "en_US"
    :ivar parameters: texts of the template's body, in their order
    :ivar key: the same for each attempt of the same message
    """

    to: str
    text: str
    template: str | None = None
    language: str | None = None
    parameters: list[str] = field(default_factory=list)
    document_url: str | None = None
    file_name: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Sent:
    """The provider has the message.

    :ivar id: by which it speaks of it in web hooks
    :ivar uncertain: it says yes, but not which message it means
    """

    id: str
    uncertain: bool = False


@dataclass(frozen=True)
class Status:
    """What became of a message.

    Statuses come late, twice and in any order: whoever keeps them never goes back.

    :ivar id: as of Sent; "" when the provider names the message by `alias` alone
    :ivar alias: another id of it, by which later statuses may come (Fonnte)
    :ivar key: of Outgoing, where the provider gives it back
    """

    id: str
    state: str
    at: datetime | None = None
    error: str = ""
    alias: str = ""
    key: str = ""


@dataclass(frozen=True)
class Incoming:
    """What a person wrote to our number.

    :ivar sender: digits; "" when the provider hides the number
    :ivar kind: "text", "image", "document", …
    :ivar chat: how the provider names the sender, where that is no number
    """

    id: str
    sender: str
    text: str
    at: datetime | None = None
    kind: str = "text"
    chat: str = ""


@dataclass(frozen=True)
class Health:
    """How a number is.

    :ivar works: whether it can send now
    :ivar state: the provider's own word
    :ivar quality: of its messages, where the provider judges them
    :ivar left: how many messages it may still send, where that is counted
    """

    works: bool
    state: str
    number: str = ""
    detail: str = ""
    quality: str = ""
    left: int | None = None


@dataclass(frozen=True)
class Template:
    """A text that the provider has to approve.

    :ivar state: "approved", "pending", "rejected", "paused", "disabled", …
    :ivar parameters: how many texts its body takes
    """

    name: str
    language: str
    state: str
    category: str = ""
    body: str = ""
    parameters: int = 0
    reason: str = ""


class Gateway:
    """One number at one provider. Its settings are texts by these names, which each
    provider calls otherwise:

    url           where it answers, for who does not answer everywhere at the same place
    token         that lets us send
    secret        that signs web hooks, or the second half of the token
    account       which of several numbers it is
    business      to whom the number belongs there
    verify_token  by which a provider asks whether the address is ours
    send_files    "1": documents go as files where they would go as a link

    :cvar needs: settings without which it does nothing
    :cvar idempotent: whether the provider sends a message of a known key only once
    :cvar signed: whether it signs what it posts. Of who does not, `read_hook` believes
        everything: its address has a secret in it, which the controller compares first
    :cvar longest: characters that a text may have
    :cvar answer_hours: for so long after he has written somebody may be answered in
        free words; 0: for ever
    """

    needs: tuple[str, ...] = ()
    idempotent = False
    signed = False
    longest = 4096
    answer_hours = 0

    def __init__(self, settings: dict, timeout=10):
        """:param timeout: seconds without a byte from the provider"""
        self.settings, self.timeout = settings, timeout
        self._wire = wire.Wire(timeout)

    def send(self, message: Outgoing) -> Sent:
        """Hand a message to the provider; return what it calls it.

        :raises Unreachable: nothing was sent
        :raises Uncertain: it may have been sent
        :raises Refused: it will never go
        :raises Throttled: nothing was sent; not before so many seconds
        :raises Banned: nothing was sent, and nothing will be by this number
        """
        raise NotImplementedError

    def read_hook(self, headers: dict, body: bytes) -> list[Status | Incoming]:
        """What a web hook of the provider says; what nobody asked for is left out.

        :raises Forged: it is not the provider's
        """
        raise NotImplementedError

    def read_health(self, headers: dict, body: bytes) -> Health | None:
        """What a web hook says of the number itself; None when it speaks of something
        else.

        :raises Forged: it is not the provider's
        """
        raise NotImplementedError

    def check(self) -> Health:
        """Ask the provider, without any effect, whether token and number work.

        :raises Unreachable: it does not answer
        :raises Banned: it knows us, and wants none of it
        """
        raise NotImplementedError

    def find_missing(self) -> list[str]:
        """The settings that are needed and not there."""
        return [name for name in self.needs if not self.settings.get(name)]

    def close(self):
        """Let go of the connections."""
        self._wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    # What the providers' modules are written with

    def _get(self, name, default=""):
        return self.settings.get(name) or default

    def _get_url(self, default=""):
        return self._get("url", default).rstrip("/")

    def _require_number(self, message):
        if not 8 <= len(digits_of(message.to)) <= 15 or not message.to.isdecimal():
            raise Refused("number", "This is no phone number.")

    def _require_text(self, text):
        if not text.strip():
            raise Refused("empty", "The message has no text.")
        if len(text) > self.longest:
            raise Refused("length", f"The text has more than {self.longest} letters.")
        return text

    def _get_text_with_link(self, message):
        """The text, with the address of the document where it does not stand yet."""
        text, url = clean(message.text), message.document_url
        return f"{text}\n\n{url}" if url and url not in text else text


def get_header(headers, name):
    """The value of a header, whatever case it is written in; "" without it."""
    name = name.lower()
    return next((str(v) for key, v in headers.items() if key.lower() == name), "")


def same(given, wanted):
    """Compare secrets in a time that says nothing of them."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def require_signature(given, secret, body, algorithm):
    """:raises Forged: unless `given` is the HMAC of `body`, in hexadecimal digits"""
    wanted = hmac.new(secret.encode(), body, algorithm).hexdigest()
    if not secret or not same(given.strip().lower(), wanted):
        raise Forged("The signature is wrong.")


def parse_hook(body):
    """The JSON object in a web hook.

    :raises Forged: what no provider posts
    """
    if len(body) > LONGEST_HOOK:
        raise Forged("The web hook is too long.")
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Forged("The web hook is no JSON.") from None
    if not isinstance(found, dict):
        raise Forged("The web hook is no object.")
    return found


def take(found, *path, kind=str):
    """What lies at `path` in parsed JSON; an empty `kind` when it is anything else.

    What providers post is never trusted to have the shape that they document.
    """
    for name in path:
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and isinstance(name, int) and name < len(found):
            found = found[name]
        else:
            return kind()
    if kind is str and isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, kind):
        return kind()
    return clean(found) if kind is str else found


def take_objects(found, *path):
    """The objects of a list in parsed JSON."""
    return [item for item in take(found, *path, kind=list) if isinstance(item, dict)]


def moment(value):
    """Read seconds since 1970 (also as text, or in thousandths) or ISO 8601; None
    when it is neither.

    :returns: datetime in UTC, without a zone, as Odoo keeps it
    """
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, str) and not value.strip().replace(".", "", 1).isdecimal():
            found = datetime.fromisoformat(_shorten_fraction(value.strip()))
            if found.tzinfo:
                found = found.astimezone(timezone.utc)
            return found.replace(tzinfo=None, microsecond=0)
        seconds = float(value)
        if seconds > 1e11:
            seconds /= 1000
        found = datetime.fromtimestamp(int(seconds), timezone.utc)
        return found.replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _shorten_fraction(text):
    """Go writes nine digits after the point, of which Python 3.10 takes none or six."""
    text = text.replace("Z", "+00:00")
    head, point, tail = text.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}{tail[digits:]}" if point else text


def shorten(text):
    """A provider's words, as much of them as is kept."""
    return clean(text)[:LONGEST_ERROR]


def invent_id(body):
    """An id for what comes without: the same whenever it comes again."""
    return hashlib.sha256(body).hexdigest()[:32]


def read_answer(answer, *needed):
    """The JSON object that a provider answered with success.

    :param needed: names that it must have
    :raises Uncertain: it is none, so that nobody knows what was done
    """
    found = answer.json
    if not isinstance(found, dict) or any(name not in found for name in needed):
        raise Uncertain("The answer cannot be understood.")
    return found
