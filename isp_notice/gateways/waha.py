"""WAHA, the WhatsApp HTTP API that one hosts oneself.

Sources: waha.devlike.pro/docs, pages "Send messages" (sendText, sendFile, chatId),
"Events" (message, message.ack, session.status, X-Webhook-Hmac with sha512), "Sessions"
(states, Reachout Timelock, Message Capping), "Security" (X-Api-Key), "Contacts" (lids).

Not documented, and read with care: what a message that was taken looks like differs by
WAHA's engine (WEBJS, NOWEB, GOWS), so that all three are read; the body of errors; and
whether a 5xx comes before or after WhatsApp has the message: it is taken for uncertain.
"""

import hashlib
import mimetypes

from . import wire
from .base import (
    Gateway,
    Health,
    Incoming,
    Sent,
    Status,
    get_header,
    moment,
    parse_hook,
    read_answer,
    require_signature,
    shorten,
    take,
)
from .errors import Banned, Refused, Throttled, Uncertain, Unreachable
from .text import clean, clean_line, digits_of

PERSON = "@c.us"
# A person too, by how the engines write him: c.us, s.whatsapp.net, and hidden.
PERSONS = ("c.us", "s.whatsapp.net", "lid")
ACKS = {
    "ERROR": "failed",
    "SERVER": "sent",
    "DEVICE": "delivered",
    "READ": "read",
    "PLAYED": "read",
}
ACK_NUMBERS = {"-1": "ERROR", "1": "SERVER", "2": "DEVICE", "3": "READ", "4": "PLAYED"}
LOGGED_OUT = {"FAILED", "SCAN_QR_CODE", "STOPPED"}
# WhatsApp lets the number write to nobody new for a while: 463, or no more in this
# cycle: 475.
LOCKED = ("error 463", "error 475")
LOCK_WAIT = 3600


class Waha(Gateway):
    """Settings: `token` is the API key, `secret` the key of the HMAC, `account` the
    session; `send_files` is for WAHA Plus."""

    needs = ("url", "token", "secret")
    signed = True

    def send(self, message):
        self._require_number(message)
        values = {
            "session": self._get("account", "default"),
            "chatId": message.to + PERSON,
        }
        if message.document_url and self._get("send_files"):
            name = clean_line(message.file_name or "document.pdf")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            file = {"url": message.document_url, "filename": name, "mimetype": kind}
            values |= {"file": file, "caption": clean(message.text)}
            answer = self._call("POST", "sendFile", values)
        else:
            text = self._require_text(self._get_text_with_link(message))
            answer = self._call("POST", "sendText", {**values, "text": text})
        found = _get_sent_id(answer)
        return Sent(found, uncertain=not found)

    def _call(self, method, path, values=None):
        """:returns: the JSON object of the answer"""
        answer = self._wire.request(
            method,
            f"{self._get_url()}/api/{path}",
            headers={"X-Api-Key": self._get("token")},
            json=values,
        )
        if answer.ok:
            return read_answer(answer)
        words = [
            take(answer.json, "exception", "message"),
            take(answer.json, "message"),
            take(answer.json, "error"),
        ]
        text = shorten(next(filter(None, words), ""))
        if any(word in text for word in LOCKED):
            raise Throttled(answer.retry_after or LOCK_WAIT, text)
        if answer.status == 422:
            raise self._get_session_error(answer, text)
        wire.raise_for_status(answer, text)
        if answer.status == 404:  # the session
            raise Banned(text, answer.status)
        raise Refused(answer.status, text)

    def _get_session_error(self, answer, text):
        """The session is not as it has to be, or the values are not."""
        state = take(answer.json, "status")
        if state in LOGGED_OUT:
            return Banned(text or "WhatsApp is logged out.", state)
        if state:
            return Unreachable(text or state)
        if "session" in text.lower():
            return Banned(text, answer.status)
        return Refused(answer.status, text)

    def read_hook(self, headers, body):
        hook = self._read_signed(headers, body)
        event, payload = take(hook, "event"), take(hook, "payload", kind=dict)
        at = moment(payload.get("timestamp")) or moment(hook.get("timestamp"))
        if event == "message.ack":
            return _read_ack(payload, at)
        if event == "message":
            return _read_message(payload, at)
        return []

    def read_health(self, headers, body):
        hook = self._read_signed(headers, body)
        state = take(hook, "payload", "status")
        if take(hook, "event") != "session.status" or state == "STARTING":
            return None
        return _get_health(state, take(hook, "me", kind=dict))

    def _read_signed(self, headers, body):
        given = get_header(headers, "X-Webhook-Hmac")
        require_signature(given, self._get("secret"), body, hashlib.sha512)
        hook = parse_hook(body)
        ours = self._get("account", "default")
        return hook if take(hook, "session") == ours else {}

    def check(self):
        found = self._call("GET", f"sessions/{self._get('account', 'default')}")
        return _get_health(take(found, "status"), take(found, "me", kind=dict))

    def get_number(self, chat: str) -> str:
        """The number of a person whom WhatsApp hides behind an id ("…@lid"); "" when
        it is not known."""
        session = self._get("account", "default")
        try:
            found = self._call("GET", f"{session}/lids/{digits_of(chat)}")
        except (Refused, Uncertain):
            return ""
        return digits_of(take(found, "pn").partition("@")[0])


def get_bare_id(text):
    """The part of an id that all engines and events have in common: of
    "true_628…@c.us_3EB0…" the last one. Of one and the same message the chat may be
    written as a number here and as a hidden id there."""
    parts = text.split("_")
    return parts[2] if len(parts) > 2 and parts[0] in ("true", "false") else text


def _get_sent_id(answer):
    found = (
        take(answer, "id"),
        take(answer, "id", "_serialized"),
        take(answer, "key", "id"),
        take(answer, "_data", "id", "_serialized"),
    )
    return get_bare_id(next(filter(None, found), ""))


def _get_health(state, me):
    return Health(
        works=state == "WORKING",
        state=state.lower(),
        number=digits_of(take(me, "id").partition("@")[0]),
        detail=take(me, "pushName"),
    )


def _read_ack(payload, at):
    name = take(payload, "ackName") or ACK_NUMBERS.get(take(payload, "ack"), "")
    if payload.get("fromMe") is not True or name not in ACKS:
        return []
    error = "WhatsApp did not take it." if name == "ERROR" else ""
    return [Status(get_bare_id(take(payload, "id")), ACKS[name], at, error)]


def _read_message(payload, at):
    chat = take(payload, "from")
    user, _at, server = chat.partition("@")
    if payload.get("fromMe") is not False or server not in PERSONS:
        return []
    is_hidden = server == "lid"
    kind = take(payload, "media", "mimetype").partition("/")[0] or "text"
    return [
        Incoming(
            id=get_bare_id(take(payload, "id")),
            # A number may be followed by that of a device.
            sender="" if is_hidden else digits_of(user.partition(":")[0]),
            text=take(payload, "body"),
            at=at,
            kind="document" if kind == "application" else kind,
            chat=chat if is_hidden else "",
        )
    ]
