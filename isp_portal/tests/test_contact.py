import json

from odoo.http import Request
from odoo.tests import tagged

from .common import PortalCommon

NEW = "+62 812-3456-7123"


@tagged("post_install", "-at_install", "isp_alone")
class TestContact(PortalCommon):
    """P21: who has another phone says so, and nothing else."""

    def _submit(self, role="portal", **values):
        """Send the form of one's own contact data; return what it answers (dict)."""
        self._log_in(role)
        partner = self.users[role].partner_id
        data = {
            "csrf_token": Request.csrf_token(self),
            "partner_id": partner.id,
            "address_type": "billing",
            "use_delivery_as_billing": "true",
            "required_fields": "name,email",
            "callback": "/my",
            "name": partner.name,
            "email": partner.email,
            **values,
        }
        answer = self.url_open("/my/address/submit", data=data)
        self.env.invalidate_all()
        return json.loads(answer.text)

    def test_a_phone_is_changed_without_the_whole_address(self):
        answer = self._submit(phone=NEW)
        self.assertFalse(answer.get("invalid_fields"), answer)
        self.assertEqual(self.subscriber.phone, NEW)

    def test_a_part_of_the_address_is_taken_too(self):
        self._submit(phone=NEW, city="Bandung")
        self.assertEqual(self.subscriber.city, "Bandung")

    def test_who_has_no_service_is_asked_as_ever(self):
        self.service.partner_id = self.neighbour.partner_id
        answer = self._submit(phone=NEW)
        self.assertIn("city", answer["invalid_fields"])
        self.assertNotEqual(self.subscriber.phone, NEW)
