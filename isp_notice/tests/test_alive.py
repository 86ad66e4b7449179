from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .. import gateways
from .common import DAY, NIGHT, NoticeCommon


@tagged("post_install", "-at_install")
class TestAlive(NoticeCommon):
    """What keeps a number alive, and subscribers content."""

    def test_stop_holds_at_once(self):
        message = self._tell()
        sender = message.phone
        self.gateway._take_incoming(gateways.Incoming("1", sender, " Stop. "))
        self.assertEqual(self.partner.isp_notice_consent, "no")
        self.assertIn("Stop", self.partner.isp_notice_consent_source)
        self.assertTrue(self.partner.isp_notice_consent_date)
        self._send()
        self.assertEqual(message.state, "skipped")
        self.assertFalse(self.peer.received)
        self.assertIn(("whatsapp", "skipped"), self._tell_states())
        self.gateway._take_incoming(gateways.Incoming("2", sender, "START"))
        self.assertIn(("whatsapp", "waiting"), self._tell_states())

    def _tell_states(self):
        return {(m.channel, m.state) for m in self._tell()}

    def test_who_takes_care_of_him_notes_what_he_said(self):
        self._as("sales", self.partner).action_isp_stop_notices()
        self.assertEqual(self.partner.isp_notice_consent, "no")
        with self.assertRaises(AccessError):
            self._as("technician", self.partner).action_isp_allow_notices()
        with self.assertRaises(AccessError):
            self._as("admin", self.partner).isp_notice_consent = "yes"

    def test_nobody_is_disturbed_at_night(self):
        message = self._tell(NIGHT)
        self.assertEqual(message.send_after, datetime(2026, 3, 4, 0))  # 7:00
        self._send(NIGHT)
        self.assertFalse(self.peer.received)
        self._send(NIGHT + timedelta(hours=8))
        self.assertEqual(message.state, "sent")

    def test_the_hours_are_those_where_he_is(self):
        self.partner.tz = "Asia/Jayapura"  # two hours later
        self.assertTrue(self._tell(datetime(2026, 3, 3, 12, 30)).send_after)
        self.partner.tz = "Asia/Jakarta"
        self.assertFalse(self._tell(datetime(2026, 3, 3, 12, 30)).send_after)

    def test_what_answers_him_comes_at_night_too(self):
        self.event.at_once = True
        message = self._tell(NIGHT)
        self._send(NIGHT)
        self.assertEqual(message.state, "sent")

    def test_what_waited_until_the_night_waits_until_the_morning(self):
        message = self._tell(datetime(2026, 3, 3, 13, 59))
        self._send(NIGHT)
        self.assertEqual(message.state, "waiting")

    def test_a_new_number_is_warmed_up(self):
        self.gateway.write({"is_new_number": True, "date_begun": DAY.date()})
        for _number in range(45):
            self._tell()
        self._send()
        self.assertEqual(len(self.peer.received), 20)
        with freeze_time(DAY + timedelta(days=1)):
            self.assertEqual(self.gateway._get_today_limit(), 40)
        self._send(DAY + timedelta(days=1))
        self.assertEqual(len(self.peer.received), 45)

    def test_a_pause_holds_until_it_is_over(self):
        message = self._tell()
        self._as("manager", self.gateway).action_pause()
        self._send()
        self.assertEqual(message.state, "waiting")
        self._as("manager", self.gateway).action_resume()
        self._send()
        self.assertEqual(message.state, "sent")

    def test_the_subscriber_knows_the_number_that_writes_to_him(self):
        self._create_gateway("Second")
        numbers = {self._tell().gateway_id for _often in range(4)}
        self.assertEqual(len(numbers), 1)


@tagged("post_install", "-at_install")
class TestHook(NoticeCommon, HttpCase):
    """What comes from outside."""

    def _post(self, key, signature):
        return self.url_open(
            f"/isp/notice/hook/{self.gateway.id}/{key}",
            data=b"ref-1",
            headers={"X-Signature": signature},
        )

    def test_a_forged_hook_changes_nothing(self):
        message = self._tell()
        self._send()
        for key, signature, status in (
            ("wrong", "right", 404),
            ("wr%C3%B6ng", "right", 404),
            (self.gateway.hook_key, "wrong", 403),
        ):
            with mute_logger("odoo.addons.isp_notice.controllers.notice"):
                self.assertEqual(self._post(key, signature).status_code, status)
        self.assertEqual(message.state, "sent")
        self.assertEqual(self._post(self.gateway.hook_key, "right").status_code, 200)
        message.invalidate_recordset()
        self.assertEqual(message.state, "delivered")

    def test_a_hook_of_any_length_is_not_read(self):
        """Also one that does not say beforehand how long it is."""
        path = f"/isp/notice/hook/{self.gateway.id}/{self.gateway.hook_key}"
        pieces = [b"x" * 2**16] * 20
        for body in (b"".join(pieces), iter(pieces)):
            answer = self.opener.post(self.base_url() + path, data=body, timeout=12)
            self.assertEqual(answer.status_code, 413)

    def test_nobody_guesses_a_link(self):
        messages = self.env["isp.notice.message"]
        link = messages._get_link(self.service, 1).rpartition("/")[2]
        for token in ("x", link[:-3] + "AAA", link[::-1], "é" * 40, ""):
            self.assertEqual(
                self.url_open(f"/isp/notice/document/{token}").status_code, 404, token
            )

    def test_a_document_opens_without_a_log_in_until_it_expires(self):
        """As an invoice does once it is posted."""
        services = self.registry["isp.service"]
        pdf = ("Works.pdf", b"%PDF-1.4")
        self.patch(services, "_get_notice_document", lambda service: pdf)
        messages = self.env["isp.notice.message"]
        link = messages._get_link(self.service, 1)
        path = link[link.index("/isp/notice") :]
        self.assertEqual(self.url_open(path).status_code, 404, "a draft is for nobody")
        self.patch(services, "_has_notice_document", lambda service: True)
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.content, pdf[1])
        token = path.rpartition("/")[2]
        self.assertEqual(messages._find_by_link(token), self.service)
        with freeze_time(datetime.now() + timedelta(hours=25)):
            self.assertFalse(messages._find_by_link(token))

    def test_bills_are_spread_over_the_hours_that_the_company_says(self):
        self.company.isp_spread_hours = 4
        self.event.is_spread = True
        turns = [self._tell(NIGHT).send_after for _bill in range(30)]
        morning = NIGHT + timedelta(hours=8)
        self.assertGreaterEqual(min(turns), morning)
        self.assertLessEqual(max(turns), morning + timedelta(hours=4))
        self.assertGreater(max(turns) - min(turns), timedelta(hours=1))
        self._send(morning + timedelta(hours=2))
        half = [turn for turn in turns if turn <= morning + timedelta(hours=2)]
        self.assertEqual(len(self.peer.received), len(half))

    def test_what_is_urgent_is_not_spread(self):
        self.company.isp_spread_hours = 4
        self.assertFalse(self._tell().send_after, "this notice is not")
        self.event.write({"is_spread": True, "at_once": True})
        self.assertFalse(self._tell().send_after, "it answers somebody")

    def test_bills_and_reminders_are_those_that_are_spread(self):
        events = self.env["isp.notice.event"].with_context(active_test=False)
        spread = events.search([("is_spread", "=", True)]).mapped("code")
        self.assertLessEqual(set(spread), {"invoice", "payment_reminder"})
        new = events.create({"name": "Invoice", "code": "other"})
        self.assertFalse(new.is_spread)
