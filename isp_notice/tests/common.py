from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.isp_base.tests.common import IspCommon

from .. import gateways

DAY = datetime(2026, 3, 3, 3)  # 10:00 in Jakarta
NIGHT = datetime(2026, 3, 3, 16)  # 23:00 in Jakarta


class Peer(gateways.Gateway):
    """A provider who answers as a test tells him, and keeps what he was sent."""

    def __init__(self, answer=None):
        super().__init__({})
        self.answer = answer
        self.received = []

    def send(self, message):
        self.received.append(message)
        if self.answer:
            raise self.answer
        return gateways.Sent(f"ref-{len(self.received)}")

    def read_health(self, headers, body):
        return None

    def read_hook(self, headers, body):
        if headers.get("X-Signature") != "right":
            raise gateways.Forged("signature")
        return [gateways.Status(body.decode(), "delivered")]


def status_of(state, ref="ref-1", **values):
    told = {"id": ref, "alias": "", "key": "", "state": state, "at": None, "error": ""}
    return {**told, **values}


class NoticeCommon(IspCommon):
    """A provider with a number, and an event that is told by WhatsApp, else by mail."""

    has_peer = True  # who answers as a test tells him

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.company.write({"isp_quiet_from": 21, "isp_quiet_until": 7})
        cls.env["isp.notice.gateway"].search([]).active = False
        cls.service = cls._create_service(email="siti@pelanggan.example")
        cls.partner = cls.service.partner_id
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Maintenance",
                "model_id": cls.env["ir.model"]._get_id("isp.service"),
                "subject": "Maintenance of {{ object.name }}",
                "body_html": "<p>From <t t-out=\"ctx.get('isp_from')\"/></p>",
                "partner_to": "{{ object.partner_id.id }}",
                "auto_delete": False,
            }
        )
        cls.event = cls.env["isp.notice.event"].create(
            {
                "name": "Maintenance",
                "code": "works",
                "template_id": cls.template.id,
                "step_ids": [
                    (0, 0, {"channel": "whatsapp", "sequence": 1}),
                    (0, 0, {"channel": "email", "sequence": 2, "wait_minutes": 30}),
                ],
            }
        )
        cls.gateway = cls._create_gateway("Office")
        cls.peer = Peer()
        if cls.has_peer:
            gateways = cls.registry["isp.notice.gateway"]
            cls.startClassPatcher(
                patch.object(gateways, "_get_gateway", lambda gateway: cls.peer)
            )

    def setUp(self):
        super().setUp()
        self.peer.answer = None
        self.peer.received.clear()

    @classmethod
    def _create_gateway(cls, name, **vals):
        return cls.env["isp.notice.gateway"].create(
            {
                "name": name,
                "provider": "fonnte",
                "state": "active",
                "per_minute": 0,
                "is_new_number": False,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def _tell(self, moment=DAY, occasion=None, **values):
        """Have the salesman's act tell of the event; return the new messages."""
        known = self._get_messages()
        # All acts of a test are one transaction.
        self.told = getattr(self, "told", 0) + 1
        occasion = occasion or f"act {self.told}"
        service = self.as_user(self.service, self.sales)
        service = service.with_context(isp_notice_occasion=occasion)
        with freeze_time(moment):
            service._notify_subscriber("works", isp_from="8:00", **values)
        return self._get_messages() - known

    def _get_messages(self):
        return self.env["isp.notice.message"].search([])

    def _send(self, moment=DAY, gateway=None):
        with freeze_time(moment):
            (gateway or self.gateway)._send_waiting()
        self.env.invalidate_all()
