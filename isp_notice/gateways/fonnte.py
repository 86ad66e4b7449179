"""Fonnte.

Sources: docs.fonnte.com, pages "API Send Message", "Webhook Update Message Status"
(`id`, `stateid`, `status`, `state`), "Webhook Reply Message" (`sender`, `message`,
`inboxid`, `timestamp`), "Webhook Device Status", "API Device Profile", and the
news of 12 January 2026 (POST alone, an answer of 200, up to 15 times).

Not documented: a signature (there is none), all the
words of `status` and `state`, which HTTP status an error comes with (mostly 200), and
how the keys are written: "status" and "Status" both are seen.
"""

from urllib.parse import parse_qsl

from . import wire
from .base import (
    LONGEST_HOOK,
    Gateway,
    Health,
    Incoming,
    Sent,
    Status,
    invent_id,
    moment,
    parse_hook,
    same,
    shorten,
    take,
)
from .errors import Banned, Forged, Refused, Throttled, Uncertain
from .text import clean, clean_line, digits_of

URL = "https://api.fonnte.com"
# What stops the number, by words of the reason.
BANNED = ("token", "unknown user", "disconnected", "quota", "expired", "device")
THROTTLED = ("too many", "rate limit", "limit exceeded")
STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
    "error": "failed",
    "invalid": "failed",
    "expired": "failed",
    "url unreachable": "failed",
}


class Fonnte(Gateway):
    """Settings: `token` is that of the device; `send_files` is for packages from
    "super" on."""

    needs = ("token",)
    longest = 60000

    def send(self, message):
        self._require_number(message)
        # "0": the number is whole, nothing is to be put before it.
        values = {"target": message.to, "countryCode": "0"}
        if message.document_url and self._get("send_files"):
            values |= {"message": clean(message.text), "url": message.document_url}
            if message.file_name:
                values["filename"] = clean_line(message.file_name)
        else:
            text = self._require_text(self._get_text_with_link(message))
            values["message"] = text
        answer = self._call("send", values)
        found = take(answer, "id", 0) or take(answer, "id")
        return Sent(found, uncertain=not found)

    def _call(self, path, values):
        """:returns: the JSON object of the answer, keys in small letters"""
        answer = self._wire.request(
            "POST",
            f"{self._get_url(URL)}/{path}",
            headers={"Authorization": self._get("token")},
            data=values,
        )
        found = answer.json if isinstance(answer.json, dict) else {}
        found = {key.lower(): value for key, value in found.items()}
        text = shorten(take(found, "reason") or take(found, "detail"))
        if answer.ok and found.get("status") is True:
            return found
        if answer.ok and found.get("status") is not False:
            raise Uncertain("The answer cannot be understood.")
        _raise_for_reason(text)
        wire.raise_for_status(answer, text)
        raise Refused(text or answer.status, text)

    def read_hook(self, headers, body):
        hook = _parse(body)
        if hook.get("stateid") or (hook.get("id") and hook.get("status")):
            return _read_status(hook)
        if hook.get("sender"):
            return _read_message(hook, body)
        return []

    def read_health(self, headers, body):
        hook = _parse(body)
        token = take(hook, "token")
        if token and not same(token, self._get("token")):
            raise Forged("The token is that of another device.")
        state = take(hook, "status").lower()
        if hook.get("id") or hook.get("sender") or not state.endswith("connect"):
            return None
        number = digits_of(take(hook, "device"))
        return Health(state == "connect", state, number, take(hook, "reason"))

    def check(self):
        found = self._call("device", {})
        state = take(found, "device_status").lower()
        left = take(found, "quota")
        return Health(
            works=state == "connect",
            state=state,
            number=digits_of(take(found, "device")),
            detail=take(found, "name"),
            left=int(left) if left.isdecimal() else None,
        )


def _raise_for_reason(text):
    reason = text.lower()
    if any(word in reason for word in THROTTLED):
        raise Throttled(60, text)
    if any(word in reason for word in BANNED):
        raise Banned(text, reason)


def _parse(body):
    """JSON, as it is documented; a form, as scripts of theirs post it."""
    if body.lstrip()[:1] == b"{":
        return parse_hook(body)
    try:
        pairs = parse_qsl(body.decode(), max_num_fields=100)
    except ValueError:
        raise Forged("The web hook cannot be read.") from None
    if not pairs or len(body) > LONGEST_HOOK:
        raise Forged("The web hook cannot be read.")
    return dict(pairs)


def _read_status(hook):
    """The first status of a message has both ids, the later ones `stateid` alone."""
    word = (take(hook, "state") or take(hook, "status")).lower()
    if word not in STATES:
        return []
    state = STATES[word]
    return [
        Status(
            id=take(hook, "id"),
            state=state,
            at=moment(hook.get("timestamp")),
            error=word if state == "failed" else "",
            alias=take(hook, "stateid"),
        )
    ]


def _read_message(hook, body):
    sender = take(hook, "sender")
    if take(hook, "member") or "@g.us" in sender or not digits_of(sender):
        return []  # of a group
    extension, text = take(hook, "extension"), take(hook, "message")
    return [
        Incoming(
            id=take(hook, "inboxid") or invent_id(body),
            sender=digits_of(sender.partition("@")[0]),
            text=text or take(hook, "text"),
            at=moment(hook.get("timestamp")),
            kind="document" if extension or take(hook, "url") else "text",
        )
    ]
