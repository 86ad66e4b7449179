from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import DAY, NoticeCommon


@tagged("post_install", "-at_install")
class TestNumber(NoticeCommon):
    """A number is tried by who looks after it, and a copy of the database has none."""

    def test_one_sends_oneself_a_message(self):
        for number in range(3):
            self._create_gateway(f"Other {number}")
        own = self._as("manager", self.gateway)
        with self.assertRaises(UserError):
            own.action_test()
        self.manager.partner_id.phone = "+62 811-5555-444"
        known = self._get_messages()
        own.action_test()
        told = self._get_messages() - known
        self.assertEqual(told.gateway_id, self.gateway, "and no other one")
        self.assertEqual(told.phone, "628115555444")
        self.assertIn(self.gateway.name, told.text)
        self._send(DAY)
        self.assertEqual(told.state, "sent")

    def test_only_who_may_write_the_number(self):
        for name in ("admin", "sales", "technician"):
            with self.assertRaises(AccessError):
                self._as(name, self.gateway).action_test()

    def test_a_number_that_is_paused_sends_no_test(self):
        self.gateway.state = "paused"
        with self.assertRaises(UserError):
            self._as("manager", self.gateway).action_test()

    def test_a_copy_of_the_database_writes_to_nobody(self):
        message = self._tell()
        link = self.gateway.hook_url
        broadcast = self.env["isp.notice.broadcast"].create(
            {"name": "Works", "text": "x", "company_id": self.company.id}
        )
        broadcast.state = "running"
        self.env.flush_all()
        with file_open("isp_notice/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.gateway.state, "paused")
        self.assertNotEqual(self.gateway.hook_url, link)
        self.assertEqual(message.state, "cancelled")
        self.assertFalse(any(self._get_messages().mapped("next_on")))
        self.assertEqual(broadcast.state, "stopped")
        broadcast.sudo()._write_batch(0)
        self._send(DAY)
        self.env["isp.notice.message"]._cron_fall_back()
        self.assertFalse(self.peer.received)
