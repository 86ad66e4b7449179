from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.isp_notice.tests.common import DAY, NIGHT, NoticeCommon
from odoo.addons.sms.tests.common import MockSMS


@tagged("post_install", "-at_install", "isp_alone")
class TestSms(NoticeCommon, MockSMS):
    """A text message is a row of the outbox, and Odoo tells what became of it."""

    has_peer = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iap.account"].get("sms")
        cls.event.step_ids.filtered(lambda s: s.channel == "whatsapp").channel = "sms"

    def _run(self, moment=DAY, **gateway):
        """Run the cron against Odoo's simulation of its service."""
        with (
            freeze_time(moment),
            self.mockSMSGateway(sms_allow_unlink=True, **gateway),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("isp_notice_sms.isp_notice_sms_cron").method_direct_trigger()
        self.env.invalidate_all()
        return [(sms["number"], sms["body"]) for sms in self._sms]

    def _report(self, message, status):
        """Tell a delivery report, as Odoo's service does."""
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", message.key)])
        state = self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS.get(status)
        if state:
            tracker._action_update_from_sms_state(state)
        else:
            tracker._action_update_from_provider_error(status)

    def test_it_is_sent_once_and_delivered(self):
        message = self._tell()
        self.assertEqual((message.channel, message.state), ("sms", "waiting"))
        self.assertFalse(message.gateway_id, "no number for WhatsApp sends it")
        self.assertEqual(self._run(), [(self.partner.phone_sanitized, "From 8:00")])
        self.assertEqual((message.state, message.reason), ("sent", False))
        self.assertFalse(self._run())
        self._report(message, "delivered")
        self.assertEqual(message.state, "delivered")
        self._report(message, "not_delivered")
        self.assertEqual(message.state, "delivered", "none takes it back")

    def test_each_failure_of_odoo_is_told_and_takes_the_next_channel(self):
        for error in ("insufficient_credit", "wrong_number_format", "unregistered"):
            message = self._tell()
            self.assertFalse(self._run(sim_error=error))
            self.assertEqual(message.state, "failed", error)
            self.assertTrue(message.reason)
            mail = self._get_messages().filtered(
                lambda m, sms=message: (
                    m.channel == "email" and m.occasion == sms.occasion
                )
            )
            self.assertEqual(len(mail), 1, error)

    def test_a_late_failure_takes_the_next_channel_too(self):
        message = self._tell()
        self._run()
        self._report(message, "not_delivered")
        self.assertEqual(message.state, "failed")
        self.assertEqual(self._get_messages()[:1].channel, "email")

    def test_of_what_is_in_doubt_nothing_is_sent_again_by_itself(self):
        for error in ("server_error", "jsonrpc_exception"):
            message = self._tell()
            self._run(sim_error=error)
            self.assertEqual(message.state, "uncertain", error)
            self.assertFalse(self._run())

    def test_what_was_on_the_wire_when_it_was_killed_is_uncertain(self):
        message = self._tell()
        with freeze_time(DAY):
            self.assertEqual(message.sudo()._take_sms(), message)
        self.assertFalse(self._run())
        self.assertEqual(message.state, "uncertain")

    def test_a_person_sends_it_again(self):
        message = self._tell()
        self._run(sim_error="server_error")
        self.as_user(message, self.admin).action_resend()
        self.assertEqual(message.state, "waiting")
        self.assertEqual(len(self._run()), 1)
        self.assertEqual(message.state, "sent")
        other = self._tell()
        self.as_user(other, self.admin).action_cancel()
        self.assertFalse(self._run())

    def test_quiet_hours_and_stop_hold(self):
        message = self._tell(NIGHT)
        self.assertFalse(self._run(NIGHT))
        self.partner.isp_notice_consent = "no"
        self.assertFalse(self._run(message.send_after))
        self.assertEqual(message.state, "skipped")

    def test_who_may_not_send_does_not(self):
        message = self._tell()
        with self.assertRaises(AccessError):
            self.as_user(message, self.sales).action_resend()
