from odoo import fields
from odoo.tests import tagged

from .session_common import SessionCommon


@tagged("post_install", "-at_install")
class TestToldByMessage(SessionCommon):
    """What a subscriber is told of his line who asks from his phone."""

    def _tell(self):
        self.env.invalidate_all()
        service = self.service.sudo().with_context(lang="en_US")
        return "\n".join(service._describe_line_for_subscriber())

    def test_since_when_it_is_online(self):
        self.assertIn("is active", self._tell())
        self.assertIn("online since", self._tell())
        self.assertNotIn("10.20.0.9", self._tell())

    def test_when_it_was_last_heard_of(self):
        ago = fields.Datetime.subtract(fields.Datetime.now(), minutes=40)
        self._update_session(self.live, updated_at=ago)
        self.assertIn("last heard of", self._tell())
        self._stop_session(self.live)
        self.assertIn("offline since", self._tell())

    def test_that_the_fault_is_ours(self):
        self.assertNotIn("disturbance", self._tell())
        self.router.sudo().state = "down"
        self.assertIn("disturbance", self._tell())
        self.assertNotIn(self.router.name, self._tell())

    def test_isolated_the_network_says_nothing(self):
        self.service._suspend("manual")
        self.assertIn("isolated", self._tell())
        self.assertNotIn("online", self._tell())

    def test_a_router_is_a_place_with_its_services(self):
        places = self.env["isp.service"]._get_places_to_tell()
        name, domain = places[f"router_{self.router.id}"]
        self.assertEqual(name, self.router.name)
        self.assertIn(self.service, self.env["isp.service"].search(domain))
