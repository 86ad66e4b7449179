"""Wablas.

Source: wablas.com/documentation/api, headings "Send Text Message (v2 API)", "Multiple
Send Document", "Device Info", "Webhook For Receive Incoming Whatsapp Message", "Webhook
For Tracking Whatsapp Message", "Webhook Device".

A document has no text beside it there (`caption` is its name), so that it goes as a
link in the text. `ref_id` is kept by Wablas and is no guard against a second sending.
Not documented: a signature (there is none), what
errors look like beside `{"status": false, "message": …}`, and in which words.
"""

from . import wire
from .base import (
    Gateway,
    Health,
    Incoming,
    Sent,
    Status,
    invent_id,
    moment,
    parse_hook,
    read_answer,
    shorten,
    take,
    take_objects,
)
from .errors import Banned, Refused, Throttled
from .text import digits_of

BANNED = ("token", "secret", "disconnect", "not connected", "quota", "expired")
THROTTLED = ("too many", "limit")
STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "received": "delivered",
    "read": "read",
    "cancel": "failed",
    "reject": "failed",
    "rejected": "failed",
    "failed": "failed",
}


class Wablas(Gateway):
    """Settings: `url` is that of the server which has the device, such as
    https://bdg.wablas.com; `secret` is the secret key."""

    needs = ("url", "token", "secret")
    longest = 4096

    def send(self, message):
        self._require_number(message)
        values = {
            "phone": message.to,
            "message": self._require_text(self._get_text_with_link(message)),
            "isGroup": "false",
        }
        if message.key:
            values["ref_id"] = message.key
        answer = self._call("POST", "v2/send-message", {"data": [values]})
        data = take(answer, "data", kind=dict)
        sent = [*take_objects(data, "messages"), *take_objects(data, "message")]
        first = sent[0] if sent else {}
        word = take(first, "status")
        if STATES.get(word) == "failed" or first.get("status") is False:
            raise Refused(word or "failed", shorten(take(first, "message")))
        return Sent(take(first, "id"), uncertain=not take(first, "id"))

    def _call(self, method, path, values=None, **params):
        """:returns: the JSON object of the answer"""
        key = f"{self._get('token')}.{self._get('secret')}"
        answer = self._wire.request(
            method,
            f"{self._get_url()}/api/{path}",
            headers={"Authorization": key},
            json=values,
            params=params,
        )
        if answer.ok and read_answer(answer, "status")["status"] is True:
            return answer.json
        text = shorten(take(answer.json, "message"))
        reason = text.lower()
        if any(word in reason for word in THROTTLED) and "quota" not in reason:
            raise Throttled(answer.retry_after or 60, text)
        if any(word in reason for word in BANNED):
            raise Banned(text, answer.status)
        wire.raise_for_status(answer, text)
        raise Refused(answer.status, text)

    def read_hook(self, headers, body):
        hook = parse_hook(body)
        if "message" in hook or "messageType" in hook:
            return _read_message(hook, body)
        word = take(hook, "status").lower()
        if not hook.get("id") or word not in STATES:
            return []
        state, note = STATES[word], shorten(take(hook, "note"))
        error = (note or word) if state == "failed" else ""
        return [Status(take(hook, "id"), state, moment(hook.get("timestamp")), error)]

    def read_health(self, headers, body):
        hook = parse_hook(body)
        if "deviceName" not in hook or hook.get("id"):
            return None
        return _get_health(hook, take(hook, "note"))

    def check(self):
        found = self._call("GET", "device/info", token=self._get("token"))
        data = take(found, "data", kind=dict)
        return _get_health(data, take(data, "name"))


def _get_health(found, detail):
    state, left = take(found, "status").lower(), take(found, "quota")
    return Health(
        works=state == "connected" and found.get("active") is not False,
        state=state,
        number=digits_of(take(found, "sender")),
        detail=detail,
        left=int(left) if left.isdecimal() else None,
    )


def _read_message(hook, body):
    sender = digits_of(take(hook, "phone"))
    if hook.get("isGroup") is True or hook.get("isFromMe") is True or not sender:
        return []
    return [
        Incoming(
            id=take(hook, "id") or invent_id(body),
            sender=sender,
            text=take(hook, "message"),
            at=moment(hook.get("timestamp")),
            kind=take(hook, "messageType") or "text",
        )
    ]
