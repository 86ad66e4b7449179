"""WhatsApp Cloud API of Meta.

Sources, all of developers.facebook.com/documentation/business-messaging/whatsapp:
"Send messages" and "Messages API reference" (text, template, document,
`biz_opaque_callback_data`), "WhatsApp error codes" (support/error-codes), "Status
messages webhook reference", "Text messages webhook reference", "Errors messages webhook
reference", "Create a webhook endpoint" (challenge, X-Hub-Signature-256), "Template
management"; and "WhatsAppPhoneNumber" of the Graph API reference. Which codes come with
which HTTP status is not documented for all of them: the code decides, the HTTP status
only where there is no code. How long to wait is not documented either: the seconds are
ours, unless there is a Retry-After.
"""

import hashlib
import re

from . import wire
from .base import (
    Gateway,
    Health,
    Incoming,
    Sent,
    Status,
    Template,
    get_header,
    moment,
    parse_hook,
    read_answer,
    require_signature,
    same,
    shorten,
    take,
    take_objects,
)
from .errors import Banned, Forged, Refused, Throttled, Uncertain, Unreachable
from .text import clean, clean_line, digits_of

URL = "https://graph.facebook.com/v23.0"
LONGEST_CAPTION = 1024
# Codes, and how long to wait.
THROTTLED = {
    "4": 600,  # calls of the app
    "80007": 600,  # calls of the business account
    "130429": 30,  # messages a second
    "131057": 3600,  # the account is in maintenance
}
PAIR = "131056"  # too many messages to one person: one in six seconds
PAIR_WAIT = 60
AGAIN = {"1", "2", "131000", "131016", "133004"}  # something of theirs does not work
BANNED = {
    "0", "3", "10", "190",  # token or permission
    "33", "131045", "133010",  # the number is not, or no more, registered
    "368", "131031",  # the account is blocked for what it did
    "131042",  # it is not paid for
    "131048",  # too many people blocked it, or reported its messages
}  # fmt: skip
# Where what a person wrote or chose lies, by the type of the message.
TEXTS = {
    "text": (("text", "body"),),
    "button": (("button", "text"),),
    "interactive": (
        ("interactive", "button_reply", "title"),
        ("interactive", "list_reply", "title"),
    ),
}


class Meta(Gateway):
    """Refused with the code 131047 is a text without a template to a person who wrote
    last more than 24 hours ago.

    Settings: `account` is the id of the phone number, `secret` that of the app, which
    signs web hooks, `business` the id of the WhatsApp Business Account, for templates.
    """

    needs = ("account", "token", "secret")
    signed = True
    answer_hours = 24

    def send(self, message):
        self._require_number(message)
        values = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to,
            **self._get_content(message),
        }
        if message.key:
            values["biz_opaque_callback_data"] = message.key[:512]
        answer = self._call("POST", f"{self._get('account')}/messages", values)
        found = take(answer, "messages", 0, "id")
        return Sent(found, uncertain=not found)

    def _get_content(self, message):
        if message.template:
            return {"type": "template", "template": self._get_template(message)}
        text, url = clean(message.text), message.document_url
        if url and len(text) <= LONGEST_CAPTION:
            return {"type": "document", "document": {**_document(message), **(
                {"caption": text} if text else {})}}  # fmt: skip
        text = self._require_text(self._get_text_with_link(message))
        return {"type": "text", "text": {"body": text, "preview_url": "://" in text}}

    def _get_template(self, message):
        components = []
        if message.document_url:
            header = {"type": "document", "document": _document(message)}
            components.append({"type": "header", "parameters": [header]})
        if message.parameters:
            # An empty text is refused, and so is a line feed.
            texts = [clean_line(text) or "-" for text in message.parameters]
            body = [{"type": "text", "text": text} for text in texts]
            components.append({"type": "body", "parameters": body})
        return {
            "name": message.template,
            "language": {"code": message.language or "id"},
            "components": components,
        }

    def _call(self, method, path, values=None, **params):
        """:returns: the JSON object of the answer"""
        answer = self._wire.request(
            method,
            f"{self._get_url(URL)}/{path}",
            headers={"Authorization": f"Bearer {self._get('token')}"},
            json=values,
            params=params,
        )
        if answer.ok:
            return read_answer(answer)
        error = take(answer.json, "error", kind=dict)
        if not error:
            wire.raise_for_status(answer)
            raise Unreachable(f"The provider answers {answer.status}.")
        raise _get_error(answer, error)

    def read_hook(self, headers, body):
        self._require_signed(headers, body)
        found = []
        for value in self._get_values(parse_hook(body)):
            found += filter(None, map(_read_status, take_objects(value, "statuses")))
            found += filter(None, map(_read_message, take_objects(value, "messages")))
        return found

    def _require_signed(self, headers, body):
        given = get_header(headers, "X-Hub-Signature-256")
        if not given.startswith("sha256="):
            raise Forged("The signature is missing.")
        secret = self._get("secret")
        require_signature(given.partition("=")[2], secret, body, hashlib.sha256)

    def _get_values(self, hook):
        """What is said of our number: an app may have several."""
        ours = self._get("account")
        for entry in take_objects(hook, "entry"):
            for change in take_objects(entry, "changes"):
                value = take(change, "value", kind=dict)
                number = take(value, "metadata", "phone_number_id")
                if take(change, "field") == "messages" and number == ours:
                    yield value

    def read_health(self, headers, body):
        """Of the number itself Meta tells in fields that are not read: `check` asks."""
        self._require_signed(headers, body)
        return None

    def answer_challenge(self, params: dict) -> str:
        """What to answer a GET by which Meta asks whether the address is ours.

        :param params: of the request
        :raises Forged: it does not know our word
        """
        wanted = self._get("verify_token")
        given = str(params.get("hub.verify_token") or "")
        if params.get("hub.mode") != "subscribe" or not wanted:
            raise Forged("This is no challenge.")
        if not same(given, wanted):
            raise Forged("The word of the challenge is wrong.")
        return digits_of(str(params.get("hub.challenge") or ""))

    def check(self):
        fields = "display_phone_number,verified_name,quality_rating,status"
        found = self._call("GET", self._get("account"), fields=fields)
        state = take(found, "status").lower()
        return Health(
            works=state in ("", "connected"),
            state=state,
            number=digits_of(take(found, "display_phone_number")),
            detail=take(found, "verified_name"),
            quality=take(found, "quality_rating").lower(),
        )

    def get_templates(self) -> list[Template]:
        """All templates of the business account, with what Meta thinks of them."""
        path = f"{self._get('business')}/message_templates"
        fields = "name,language,status,category,components,rejected_reason"
        found, after = [], {}
        for _page in range(50):
            page = self._call("GET", path, fields=fields, limit="100", **after)
            found += map(_read_template, take_objects(page, "data"))
            cursor = take(page, "paging", "cursors", "after")
            if not take(page, "paging", "next") or not cursor:
                break
            after = {"after": cursor}
        return found

    def submit_template(self, name, language, body, examples, category="UTILITY"):
        """Ask Meta to approve a text; return the state that it has now.

        :param body: with {{1}}, {{2}}, … for parameters
        :param examples: a text for each of them
        """
        text = {"type": "BODY", "text": body}
        if examples:
            text["example"] = {"body_text": [list(examples)]}
        values = {
            "name": name,
            "language": language,
            "category": category,
            "components": [text],
        }
        path = f"{self._get('business')}/message_templates"
        return take(self._call("POST", path, values), "status").lower()


def _document(message):
    document = {"link": message.document_url}
    if message.file_name:
        document["filename"] = clean_line(message.file_name)
    return document


def _get_error(answer, error):
    code = take(error, "code")
    details = take(error, "error_data", "details")
    text = shorten(details or take(error, "message"))
    if code == PAIR:
        return Throttled(answer.retry_after or PAIR_WAIT, text, recipient_only=True)
    if code in THROTTLED or (not code and answer.status == 429):
        wait = THROTTLED.get(code, 60)
        return Throttled(answer.retry_after or wait, text)
    if code in AGAIN:
        return Unreachable(text)
    if code in BANNED or re.fullmatch(r"2\d\d", code):
        return Banned(text, code)
    if code:
        return Refused(code, text)
    if answer.status in (401, 403):
        return Banned(text, answer.status)
    return Uncertain(text) if answer.status >= 500 else Refused(answer.status, text)


def _read_status(item):
    state = take(item, "status")
    if state not in ("sent", "delivered", "read", "failed"):
        return None
    error = next(iter(take_objects(item, "errors")), {})
    words = take(error, "error_data", "details") or take(error, "title")
    code = take(error, "code")
    return Status(
        id=take(item, "id"),
        state=state,
        at=moment(take(item, "timestamp")),
        error=shorten(f"{words} ({code})" if code else words),
        key=take(item, "biz_opaque_callback_data"),
    )


def _read_message(item):
    kind, sender = take(item, "type"), digits_of(take(item, "from"))
    if kind in ("reaction", "system", "unsupported", "") or not sender:
        return None
    texts = [take(item, *path) for path in TEXTS.get(kind, ((kind, "caption"),))]
    return Incoming(
        id=take(item, "id"),
        sender=sender,
        text=next(filter(None, texts), ""),
        at=moment(take(item, "timestamp")),
        kind="text" if kind in ("button", "interactive") else kind,
    )


def _read_template(item):
    parts = take_objects(item, "components")
    bodies = (take(part, "text") for part in parts if take(part, "type") == "BODY")
    body, reason = next(bodies, ""), take(item, "rejected_reason")
    return Template(
        name=take(item, "name"),
        language=take(item, "language"),
        state=take(item, "status").lower(),
        category=take(item, "category").lower(),
        body=body,
        parameters=len(set(re.findall(r"\{\{\s*(\w+)\s*\}\}", body))),
        reason="" if reason == "NONE" else reason,
    )
