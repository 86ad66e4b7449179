from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DAY, NoticeCommon, status_of


@tagged("post_install", "-at_install", "isp_alone")
class TestOutbox(NoticeCommon):
    """One message for each event, record, person and channel."""

    def test_a_message_is_written_in_the_transaction_of_its_cause(self):
        message = self._tell()
        self.assertEqual(message.channel, "whatsapp")
        self.assertEqual(message.state, "waiting")
        self.assertEqual(message.partner_id, self.partner)
        self.assertEqual(message.service_id, self.service)
        self.assertEqual(message.text, "From 8:00")
        self.assertEqual(message.phone, self.partner.phone_sanitized.strip("+"))
        self.assertFalse(self.peer.received, "a job sends it")

    def test_a_job_that_waits_already_is_not_relied_on_before_the_commit(self):
        """TAGIHAN: the job of another message began first, and found nothing."""
        self.registry_enter_test_mode()
        self.env.cr.postcommit.run()
        before = self._get_jobs()
        self._tell()
        self._tell()
        self.assertEqual(self._get_jobs(), before)
        self.env.cr.postcommit.run()
        self.assertEqual([j.records for j in self._get_jobs()], [self.gateway])

    def _get_jobs(self):
        return self.env["queue.job"].search([("method_name", "=", "_send_waiting")])

    def test_what_is_rolled_back_was_told_to_nobody(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._tell()
            self.assertTrue(1 / 0)
        self.assertFalse(
            self._get_messages().filtered(lambda m: m.event_id == self.event)
        )

    def test_the_same_cause_is_told_once(self):
        first = self._tell(occasion="today")
        self.assertTrue(first)
        self.assertFalse(self._tell(occasion="today"))
        self.assertTrue(self._tell(occasion="tomorrow"))

    def test_own_words_replace_those_of_the_mail(self):
        self.event.text = "Works at {{ object.name }}, {{ ctx.get('isp_from') }}"
        message = self._tell()
        self.assertEqual(message.text, f"Works at {self.service.name}, 8:00")

    def test_without_channels_it_goes_by_mail_as_ever(self):
        self.event.step_ids.unlink()
        mails = self.env["mail.mail"].search([])
        message = self._tell()
        self.assertEqual(message.channel, "email")
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.partner)
        mail._postprocess_sent_message([], [])
        self.assertEqual(message.state, "sent")

    def test_a_mail_that_fails_is_told(self):
        self.event.step_ids.unlink()
        mails = self.env["mail.mail"].search([])
        message = self._tell()
        mail = self.env["mail.mail"].search([]) - mails
        mail._postprocess_sent_message([], [], "no such mailbox", "mail_email_invalid")
        self.assertEqual((message.state, message.reason), ("failed", "no such mailbox"))
        mail._postprocess_sent_message([], [], False, "mail_smtp")
        self.assertNotIn("mail_smtp", message.reason, "it is read by people")

    def test_who_has_no_phone_is_told_by_the_next_channel_at_once(self):
        self.partner.phone = False
        messages = self._tell()
        self.assertEqual(
            {(m.channel, m.state) for m in messages},
            {("whatsapp", "skipped"), ("email", "waiting")},
        )

    def test_what_has_not_arrived_in_time_takes_the_next_channel_once(self):
        message = self._tell()
        self._send()
        self.assertEqual(message.state, "sent")
        for _twice in range(2):
            message.next_on = DAY
            self.env["isp.notice.message"]._cron_fall_back()
        mails = self._get_messages().filtered(
            lambda m: m.event_id == self.event and m.channel == "email"
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.occasion, message.occasion)

    def test_what_has_arrived_takes_no_other_channel(self):
        message = self._tell()
        self._send()
        self.gateway._take_statuses([status_of("delivered")])
        self.assertFalse(message.next_on)

    def test_what_still_waits_is_not_sent_beside_the_next_channel(self):
        self.gateway.action_pause()
        message = self._tell()
        message.next_on = DAY
        self.env["isp.notice.message"]._cron_fall_back()
        self.assertEqual(message.state, "cancelled")
        self.gateway.state = "active"
        self._send()
        self.assertFalse(self.peer.received)

    def test_without_a_number_one_click_opens_whatsapp(self):
        self.gateway.active = False
        message = self._tell()
        self.assertTrue(message.is_by_hand)
        action = self.as_user(message, self.admin).action_send_by_hand()
        self.assertTrue(
            action["url"].startswith(f"https://wa.me/{message.phone}?text=From")
        )
        self.assertEqual((message.state, message.sent_by_id), ("sent", self.admin))
        with self.assertRaises(UserError):
            self.as_user(message, self.admin).action_send_by_hand()
        self.as_user(message, self.admin).action_resend()
        self.assertTrue(message.is_by_hand, "taken back")

    def test_administrators_cancel_and_resend(self):
        message = self._tell()
        for role in ("sales", "technician", "engineer"):
            with self.assertRaises(AccessError, msg=role):
                self._as(role, message).action_cancel()
        self._as("admin", message).action_cancel()
        self._send()
        self.assertFalse(self.peer.received)
        self._as("admin", message).action_resend()
        self._send()
        self.assertEqual(len(self.peer.received), 1)
        with self.assertRaises(UserError):
            self._as("admin", message).action_cancel()
        with self.assertRaises(UserError):
            self._as("admin", message).action_resend()

    def test_nobody_writes_a_message_by_rpc(self):
        message = self._tell()
        with self.assertRaises(AccessError):
            self._as("manager", message).write({"state": "sent"})
        with self.assertRaises(AccessError):
            self._as("manager", message).read(["key"])

    def test_a_form_opens_its_messages(self):
        message = self._tell()
        action = self._as("admin", self.service).action_view_isp_notices()
        found = self.env["isp.notice.message"].search(action["domain"])
        self.assertIn(message, found)
        arch = self._as("admin", self.service).get_view(view_type="form")["arch"]
        self.assertIn("action_view_isp_notices", arch)
        arch = self._as("sales", self.service).get_view(view_type="form")["arch"]
        self.assertNotIn("action_view_isp_notices", arch)

    def test_a_preview_reads_as_the_message(self):
        self.event.text = "Works at {{ object.name }}"
        preview = (
            self.env["isp.notice.preview"]
            .with_user(self.manager)
            .create(
                {
                    "event_id": self.event.id,
                    "record_ref": f"isp.service,{self.service.id}",
                    "lang": "en_US",
                }
            )
        )
        self.assertEqual(preview.text, f"Works at {self.service.name}")
