from odoo.tests import tagged

from .common import NoticeCommon


@tagged("post_install", "-at_install")
class TestBulkTold(NoticeCommon):
    """A message to several reaches who has an address for one of its channels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_service(email="budi@pelanggan.example")
        cls.silent = cls._create_service()
        cls.services = cls.service | cls.other | cls.silent
        cls._activate(cls.services)
        cls.service.partner_id.email = False
        cls.silent.partner_id.write({"email": False, "isp_notice_consent": "no"})
        cls.message = cls.env["isp.notice.event"]._get_event("office_message")

    def _write_to_all(self):
        services = self._as("admin", self.services)
        action = services.action_message_several()
        bulk = self._as("admin", self.env["isp.bulk"]).browse(action["res_id"])
        bulk.write({"subject": "Works", "body": "Tonight from 1 to 3."})
        return bulk

    def _left_out(self, bulk):
        skipped = bulk.line_ids.filtered(lambda line: line.state == "skipped")
        return {line.service_id: line.message for line in skipped}

    def test_by_mail_alone_an_address_is_needed(self):
        self.message.step_ids.unlink()
        left_out = self._left_out(self._write_to_all())
        self.assertEqual(set(left_out), {self.service, self.silent})

    def test_who_has_a_phone_gets_it_there(self):
        self.message.step_ids.unlink()
        self.message.step_ids = [
            (0, 0, {"channel": "email", "sequence": 1}),
            (0, 0, {"channel": "whatsapp", "sequence": 2, "wait_minutes": 30}),
        ]
        bulk = self._write_to_all()
        left_out = self._left_out(bulk)
        self.assertEqual(set(left_out), {self.silent})
        self.assertIn("wants no messages", left_out[self.silent])
        bulk.action_start()
        self.assertEqual(bulk.state, "done")
        rows = self._get_messages().filtered(
            lambda m: m.event_id == self.message and m.channel == "whatsapp"
        )
        self.assertEqual(rows.service_id, self.service)
        self.assertIn("Tonight", rows.text)
