import contextlib

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IspCommon

# What is told of nobody but who sees his card; {field of the service: planted value}
PLANTED = {
    "phone": "+62 812-9731-4650",
    "email": "planted@nothing-tells.example",
    "street": "Jalan Planted 97314",
}
NAME = "Planted Subscriber"


@tagged("post_install", "-at_install", "isp_together")
class TestNothingTells(IspCommon):
    """Who is not shown a subscriber's card is told of him by no record of any model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service(
            user_id=cls.admin.id, contact_name=NAME, **PLANTED
        )
        card = cls.service.partner_id
        sent = {"pic_id": cls.admin.id, "technician_ids": [Command.set(cls.admin.ids)]}
        visit = cls._create_order(cls.service, **sent)
        for record in (cls.service, visit, card):
            record.message_subscribe(card.ids)
            record.message_post(body=" ".join([NAME, *PLANTED.values()]))
        cls.env["res.partner.bank"].create(
            {"acc_number": "97314", "partner_id": card.id, "acc_holder_name": NAME}
        )

    def _find_told(self, role, words):
        """Return which fields of which models give this role one of the words."""
        told = set()
        for name in sorted(self.env.registry):
            model = self._as(role, self.env[name])
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            for row in self._read(self._search(model)):
                told.update(
                    f"{name}.{field}"
                    for field, value in row.items()
                    if any(word in str(value) for word in words)
                )
        return told

    def _search(self, model):
        try:
            with self.env.cr.savepoint():
                return model.search([], order="id desc", limit=20)
        except (AccessError, UserError):
            return model.browse()

    def _read(self, records):
        """Return rows of all that may be read: field by field where not all may be."""
        try:
            return records.read()
        except (AccessError, MissingError, UserError):
            rows = []
            for field in records._fields:
                with contextlib.suppress(AccessError, MissingError, UserError):
                    rows += records.read([field])
            return rows

    @mute_logger("odoo.models")
    def test_no_field_tells_who_lives_where(self):
        for role in ("employee", "technician", "sales", "warehouse"):
            words = list(PLANTED.values())
            if role != "warehouse":
                words.append(NAME)  # the warehouse reads to whom things go
            with self.subTest(role=role):
                self.assertFalse(self._find_told(role, words))
        self.assertIn("isp.service.phone", self._find_told("admin", [PLANTED["phone"]]))
