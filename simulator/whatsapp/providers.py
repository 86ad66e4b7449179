"""The shapes of the providers.

What their public documentation says of requests, answers, errors and web hooks; the
pages are named in isp_notice/gateways, where the other end is. Written apart from it,
so that a mistake in one does not hide in the other.
"""

import hashlib
import hmac
import re
import time

from ..wire import Answer
from .peer import Peer, Refusal


def _now():
    return str(int(time.time()))


class Meta(Peer):
    phone_number_id, business_account_id = "106540352242922", "102290129340398"
    token, app_secret, verify_token = "meta-token", "meta-secret", "meta-word"
    templates = (
        ("invoice", "id", "APPROVED", "UTILITY", "Halo {{1}}, tagihan {{2}}: {{3}}"),
        ("reminder", "id", "PENDING", "UTILITY", "Halo {{1}}, mohon bayar {{2}}"),
        ("promo", "id", "REJECTED", "MARKETING", "Promo!"),
    )

    def answer(self, request):
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, _graph_error(190, "Invalid OAuth access token"))
        path = re.sub(r"^/v\d+\.0/|^/", "", request.path)
        if path == f"{self.phone_number_id}/messages":
            return None
        if path == self.phone_number_id:
            return Answer(200, self._describe())
        if path == f"{self.business_account_id}/message_templates":
            if request.method == "POST":
                return Answer(200, {"id": "1", "status": "PENDING"})
            return Answer(200, self._list_templates(request.query.get("after")))
        raise Refusal(400, _graph_error(100, "Unsupported request"))

    def _describe(self):
        return {
            "id": self.phone_number_id,
            "display_phone_number": f"+{self.number}",
            "verified_name": "Provider",
            "quality_rating": "GREEN",
            "status": "CONNECTED" if self.works else "BANNED",
        }

    def _list_templates(self, after):
        """One on each page."""
        index = int(after or 0)
        name, language, status, category, body = self.templates[index]
        page = {
            "data": [
                {
                    "name": name,
                    "language": language,
                    "status": status,
                    "category": category,
                    "rejected_reason": "NONE" if status != "REJECTED" else "SCAM",
                    "components": [{"type": "BODY", "text": body}],
                }
            ],
            "paging": {"cursors": {"after": str(index + 1)}},
        }
        if index + 1 < len(self.templates):
            page["paging"]["next"] = "https://graph.example/next"
        return page

    def read(self, request):
        values = request.json
        if values.get("messaging_product") != "whatsapp" or not values.get("to"):
            raise Refusal(400, _graph_error(100, "Invalid parameter"))
        kind = values["type"]
        text, document, template = "", "", ""
        if kind == "text":
            text = values["text"]["body"]
        elif kind == "document":
            text = values["document"].get("caption", "")
            document = values["document"]["link"]
        else:
            template = values["template"]["name"]
            text, document = self._fill_template(values["template"])
        return {
            "to": values["to"],
            "text": text,
            "template": template,
            "document": document,
            "key": values.get("biz_opaque_callback_data", ""),
        }

    def _fill_template(self, values):
        known = {(t[0], t[1]): t for t in self.templates}
        found = known.get((values["name"], values["language"]["code"]))
        if not found:
            raise Refusal(404, _graph_error(132001, "Template name does not exist"))
        if found[2] != "APPROVED":
            raise Refusal(400, _graph_error(132015, "Template is paused"))
        text, document, given = found[4], "", 0
        for component in values.get("components", []):
            for parameter in component["parameters"]:
                if parameter["type"] == "document":
                    document = parameter["document"]["link"]
                    continue
                given += 1
                if "\n" in parameter["text"] or not parameter["text"]:
                    raise Refusal(400, _graph_error(132018, "Parameter not allowed"))
                text = text.replace(f"{{{{{given}}}}}", parameter["text"])
        if given != found[4].count("{{"):
            raise Refusal(400, _graph_error(132000, "Number of parameters"))
        return text, document

    def get_id(self, name):
        return f"wamid.{name}"

    def accept(self, message):
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": message.to, "wa_id": message.to}],
            "messages": [{"id": message.id}] if message.id else [],
        }

    def refuse(self, kind):
        status, code, text = {
            "throttled": (429, 130429, "Rate limit hit"),
            "pair": (400, 131056, "pair rate limit hit"),
            "broken": (500, 131000, "Something went wrong"),
            "banned": (403, 131031, "Account has been locked"),
            "refused": (400, 131026, "Message undeliverable"),
            "window": (400, 131047, "Re-engagement message"),
        }[kind]
        return status, _graph_error(code, text)

    def get_status_hook(self, message, state, error):
        status = {
            "id": message.id,
            "status": state,
            "timestamp": _now(),
            "recipient_id": message.to,
            "biz_opaque_callback_data": message.key,
        }
        if state == "failed":
            details = {"details": error or "Message undeliverable."}
            item = {"code": 131026, "title": "Undeliverable", "error_data": details}
            status["errors"] = [item]
        return self._wrap({"statuses": [status]})

    def get_message_hook(self, number, text, kind, name):
        content = {"body": text} if kind == "text" else {"caption": text, "id": "1"}
        message = {"from": number, "id": name, "timestamp": _now(), "type": kind}
        contact = {"profile": {"name": "Person"}, "wa_id": number}
        return self._wrap(
            {"contacts": [contact], "messages": [{**message, kind: content}]}
        )

    def _wrap(self, value):
        metadata = {
            "display_phone_number": self.number,
            "phone_number_id": self.phone_number_id,
        }
        value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        change = {"value": value, "field": "messages"}
        entry = {"id": self.business_account_id, "changes": [change]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def sign(self, body):
        digest = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}


def _graph_error(code, text):
    error = {
        "message": f"(#{code}) {text}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": text},
        "fbtrace_id": "A4O5a8RAgePwbcGSu",
    }
    return {"error": error}


class Waha(Peer):
    """:ivar engine: which writes ids in its own way"""

    api_key, hmac_key, session = "waha-key", "waha-hmac", "default"
    engine = "WEBJS"
    lids = {"98765432101234": "6281200000009"}

    def answer(self, request):
        if request.headers.get("x-api-key") != self.api_key:
            raise Refusal(401, {"message": "Unauthorized", "statusCode": 401})
        if request.path in ("/api/sendText", "/api/sendFile"):
            return None
        if request.path == f"/api/sessions/{self.session}":
            return Answer(200, {"name": self.session, **self._describe()})
        if request.path.startswith(f"/api/{self.session}/lids/"):
            lid = request.path.rpartition("/")[2]
            number = self.lids.get(lid)
            found = {"lid": f"{lid}@lid", "pn": number and f"{number}@c.us"}
            return Answer(200, found)
        raise Refusal(404, {"message": "Session not found", "statusCode": 404})

    def _describe(self):
        if not self.works:
            return {"status": "SCAN_QR_CODE", "me": None}
        me = {"id": f"{self.number}@c.us", "pushName": "Provider"}
        return {"status": "WORKING", "me": me}

    def read(self, request):
        values = request.json
        if not self.works:
            raise Refusal(*self.refuse("banned"))
        if values.get("session") != self.session or "@" not in values.get("chatId", ""):
            raise Refusal(400, {"message": "Bad request", "statusCode": 400})
        to, text = values["chatId"].partition("@")[0], values.get("text", "")
        file = values.get("file") or {}
        text = values.get("caption", "") if file else text
        return {"to": to, "text": text, "document": file.get("url", "")}

    def get_id(self, name):
        return f"3EB0{name.upper()}"

    def _get_full_id(self, message, person="c.us"):
        return f"true_{message.to}@{person}_{message.id}"

    def accept(self, message):
        if not message.id:
            return {"_data": {}}
        whole = self._get_full_id(message)
        if self.engine == "WEBJS":
            return {"id": {"fromMe": True, "_serialized": whole, "id": message.id}}
        if self.engine == "NOWEB":
            jid = f"{message.to}@s.whatsapp.net"
            return {"key": {"remoteJid": jid, "fromMe": True, "id": message.id}}
        return {"id": whole, "fromMe": True}

    def refuse(self, kind):
        if kind == "throttled":
            return 429, {"message": "ThrottlerException", "statusCode": 429}
        if kind == "pair":
            words = "server returned error 463"
            error = {"message": words, "name": "Error"}
            return 500, {"statusCode": 500, "exception": error}
        if kind == "banned":
            words = "Session status is not as expected. Try again later or restart it"
            state = {"status": "SCAN_QR_CODE", "expected": ["WORKING"]}
            return 422, {"error": words, "session": self.session, **state}
        if kind == "broken":
            error = {"message": "Evaluation failed", "name": "Error"}
            return 500, {"statusCode": 500, "exception": error}
        return 400, {"statusCode": 400, "message": "No such number on WhatsApp"}

    def get_status_hook(self, message, state, error):
        names = {"sent": "SERVER", "delivered": "DEVICE", "read": "READ"}
        name = names.get(state, "ERROR")
        ack = {"SERVER": 1, "DEVICE": 2, "READ": 3, "ERROR": -1}[name]
        payload = {
            # Of who hides his number the chat is another one than it was sent to.
            "id": self._get_full_id(message, "lid"),
            "from": f"{message.to}@c.us",
            "participant": None,
            "fromMe": True,
            "ack": ack,
            "ackName": name,
        }
        return self._wrap("message.ack", payload)

    def get_message_hook(self, number, text, kind, name):
        chat = number if "@" in number else f"{number}@c.us"
        payload = {
            "id": f"false_{chat}_{name}",
            "timestamp": int(time.time()),
            "from": chat,
            "fromMe": False,
            "to": f"{self.number}@c.us",
            "body": text,
            "hasMedia": kind != "text",
            "ack": 2,
        }
        if kind != "text":
            kinds = {"document": "application/pdf", "image": "image/jpeg"}
            payload["media"] = {"mimetype": kinds[kind], "url": None}
        return self._wrap("message", payload)

    def get_health_hook(self, state):
        return self._wrap("session.status", {"status": state, "statuses": []})

    def _wrap(self, event, payload):
        return {
            "id": f"evt_{time.time_ns()}",
            "timestamp": int(time.time() * 1000),
            "event": event,
            "session": self.session,
            "me": {"id": f"{self.number}@c.us", "pushName": "Provider"},
            "payload": payload,
            "engine": self.engine,
        }

    def sign(self, body):
        digest = hmac.new(self.hmac_key.encode(), body, hashlib.sha512).hexdigest()
        return {"X-Webhook-Hmac": digest, "X-Webhook-Hmac-Algorithm": "sha512"}


class Fonnte(Peer):
    token = "fonnte-token"

    def answer(self, request):
        if request.headers.get("authorization") != self.token:
            return Answer(200, {"reason": "token invalid", "status": False})
        if request.path == "/send":
            return None
        if request.path == "/device":
            state = "connect" if self.works else "disconnect"
            return Answer(
                200,
                {
                    "device": self.number,
                    "device_status": state,
                    "name": "Provider",
                    "package": "Super",
                    "quota": "978",
                    "status": True,
                },
            )
        raise Refusal(404, b"<html>404 Not Found</html>")

    def read(self, request):
        values = request.form
        if not self.works:
            raise Refusal(*self.refuse("banned"))
        if not values.get("target", "").isdecimal():
            raise Refusal(*self.refuse("refused"))
        text, document = values.get("message", ""), values.get("url", "")
        return {"to": values["target"], "text": text, "document": document}

    def accept(self, message):
        return {
            "detail": "success! message in queue",
            "id": [message.id] if message.id else [],
            "process": "pending",
            "requestid": 2937124,
            "status": True,
            "target": [message.to],
        }

    def refuse(self, kind):
        reasons = {
            "throttled": "too many requests",
            "pair": "rate limit",
            "banned": "request invalid on disconnected device",
            "refused": "target invalid",
            "window": "insufficient quota",
        }
        status = {"throttled": 429, "broken": 500}.get(kind, 200)
        return status, {"reason": reasons.get(kind, "server error"), "status": False}

    def get_status_hook(self, message, state, error):
        """The first one names both ids, the others the second alone."""
        hook = {"device": self.number, "stateid": f"S{message.id}"}
        if state == "sent":
            return {**hook, "id": message.id, "status": "sent", "state": "sent"}
        if state == "failed":
            return {**hook, "id": message.id, "status": error or "invalid"}
        return {**hook, "state": state}

    def get_message_hook(self, number, text, kind, name):
        hook = {
            "device": self.number,
            "sender": number,
            "message": text,
            "name": "Person",
            "member": "",
            "inboxid": name,
            "timestamp": _now(),
        }
        if kind != "text":
            hook |= {"url": "https://fonnte.example/file", "extension": "pdf"}
        return hook

    def get_health_hook(self, state):
        hook = {"device": self.number, "status": state, "timestamp": _now()}
        return {**hook, "token": self.token, "reason": "logged out"}


class Wablas(Peer):
    token, secret_key = "wablas-token", "wablas-secret"

    def answer(self, request):
        if request.path == "/api/device/info":
            return self._describe(request.query.get("token"))
        if request.headers.get("authorization") != f"{self.token}.{self.secret_key}":
            raise Refusal(403, {"status": False, "message": "secret key invalid"})
        if request.path == "/api/v2/send-message":
            return None
        raise Refusal(404, b"<html>404 Not Found</html>")

    def _describe(self, token):
        if token != self.token:
            return Answer(401, {"status": False, "message": "token invalid"})
        data = {
            "name": "Provider",
            "serial": "WYE9xx",
            "sender": self.number,
            "quota": 91,
            "expired_date": "2030-04-08",
            "active": True,
            "status": "connected" if self.works else "disconnected",
        }
        return Answer(200, {"status": True, "data": data})

    def read(self, request):
        values = request.json["data"][0]
        if not self.works:
            raise Refusal(*self.refuse("banned"))
        key = values.get("ref_id", "")
        return {"to": values["phone"], "text": values["message"], "key": key}

    def accept(self, message):
        sent = {"phone": message.to, "message": message.text, "status": "pending"}
        if message.id:
            sent["id"] = message.id
        return {
            "status": True,
            "message": "Message is pending and waiting to be processed",
            "data": {"device_id": "A5DOYJ", "quota": 97, "messages": [sent]},
        }

    def refuse(self, kind):
        status, text = {
            "throttled": (429, "too many requests"),
            "pair": (200, "limit of messages to this phone"),
            "broken": (500, "server error"),
            "banned": (200, "your device is disconnected"),
            "refused": (200, "phone number is not on whatsapp"),
            "window": (200, "your quota is used up"),
        }[kind]
        return status, {"status": False, "message": text}

    def get_status_hook(self, message, state, error):
        return {
            "id": message.id,
            "phone": message.to,
            "status": "cancel" if state == "failed" else state,
            "note": error,
            "sender": self.number,
            "deviceId": "A5DOYJ",
        }

    def get_message_hook(self, number, text, kind, name):
        return {
            "id": name,
            "pushName": "Person",
            "isGroup": False,
            "group": {"sender": "", "subject": "", "participants": None},
            "message": text,
            "phone": number,
            "messageType": kind,
            "file": "",
            "url": "",
            "mimeType": "",
            "deviceId": "A5DOYJ",
            "sender": self.number,
            "isFromMe": False,
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }

    def get_health_hook(self, state):
        return {
            "deviceId": "A5DOYJ",
            "deviceName": "Provider",
            "sender": self.number,
            "status": state,
            "note": "need scan qr code again",
            "timestamp": "2024-01-22T04:56:02.41114184Z",
        }


PROVIDERS = {"meta": Meta, "waha": Waha, "fonnte": Fonnte, "wablas": Wablas}
