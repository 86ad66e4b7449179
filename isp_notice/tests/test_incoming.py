from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import gateways
from .common import DAY, NoticeCommon

PHONE = "628111222333"


class IncomingCommon(NoticeCommon):
    """Somebody writes to the number; the job answers him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate(cls.service)
        cls.phone = cls.partner._isp_get_notice_phone(cls.company)
        cls.partner.lang = "en_US"

    def _write(self, text, phone=None, ref=None, moment=DAY, kind="text", at=None):
        """Have a message come in, and the job read it; return the new answers."""
        self.written = getattr(self, "written", 0) + 1
        known = self._get_answers()
        ref = ref or f"in-{self.written}"
        with freeze_time(moment):
            self.gateway._take_incoming(
                gateways.Incoming(ref, phone or self.phone, text, at=at, kind=kind)
            )
            talk = self._get_talk(phone)
            if talk:
                talk._answer_waiting()
        self.env.invalidate_all()
        return self._get_answers() - known

    def _get_answers(self):
        return self.env["isp.notice.message"].search(
            [("event_id.code", "=", "answer")], order="id"
        )

    def _get_talk(self, phone=None):
        known = [("phone", "=", phone or self.phone)]
        return self.env["isp.notice.conversation"].search(known)

    def _get_last(self):
        return self.env["isp.notice.incoming"].search([], limit=1)

    def _share_phone(self):
        """Return the service of somebody else who has the same phone."""
        other = self._create_service(phone=self.service.phone)
        if other.partner_id == self.partner:
            other.partner_id = self.partner.copy({"phone": self.partner.phone})
        self._activate(other)
        return other


@tagged("post_install", "-at_install")
class TestIncoming(IncomingCommon):
    """What a subscriber writes is answered by itself, or is for a person."""

    def test_how_his_line_is(self):
        answer = self._write("status")
        self.assertIn(self.service.name, answer.text)
        self.assertIn("is active", answer.text)
        self.assertEqual(answer.gateway_id, self.gateway)
        self.assertEqual(self._get_last().result, "answered")
        self.assertEqual(self._get_last().service_ids, self.service)
        self._send()
        self.assertEqual(self.peer.received[-1].to, self.phone)

    def test_why_he_is_isolated(self):
        self.service._suspend("manual")
        self.assertIn("isolated", self._write("STATUS").text)

    def test_the_answer_is_in_his_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.partner.lang = "id_ID"
        answer = self._write("STATUS")
        self.assertEqual(answer.lang, "id_ID")
        self.assertIn("Layanan ini aktif", answer.text)

    def test_a_web_hook_that_comes_twice_is_answered_once(self):
        self.assertEqual(len(self._write("STATUS", ref="same")), 1)
        self.assertFalse(self._write("STATUS", ref="same"))
        self.assertEqual(len(self._get_talk().incoming_ids), 1)

    def test_the_number_of_an_invoice_proves_nothing(self):
        answer = self._write(f"STATUS {self.service.name}", phone=PHONE)
        self.assertNotIn(self.service.name, answer.text)
        self.assertNotIn("active", answer.text)
        self.assertEqual(self._get_talk(PHONE).state, "open")
        again = self._write(f"TAGIHAN {self.service.name}", phone=PHONE)
        self.assertFalse(again, "he is told once that a person reads it")

    def test_the_number_of_somebody_else_tells_nothing_of_him(self):
        other = self._create_active_service()
        answer = self._write(f"STATUS {other.name}")
        self.assertNotIn(other.name, answer.text)
        self.assertIn(self.service.name, answer.text, "he is offered his own")
        self.assertFalse(self._get_last().service_ids)

    def test_the_link_of_somebody_else_and_foreign_ids_tell_nothing(self):
        other = self._create_active_service()
        link = self.env["isp.notice.message"]._get_link(other, 1)
        for text in (f"TAGIHAN {link}", f"STATUS {link}", f"STATUS {other.id}", "2"):
            answers = self._write(text)
            self.assertNotIn(other.name, " ".join(answers.mapped("text")), text)
            self.assertNotIn(other, self._get_last().service_ids, text)

    def test_a_shared_phone_is_asked_which_service(self):
        other = self._share_phone()
        asked = self._write("TAGIHAN")
        self.assertIn(f"1. {self.service.name}", asked.text)
        self.assertIn(f"2. {other.name}", asked.text)
        self.assertEqual(self._get_last().result, "asked")
        asked = self._write("STATUS")
        answer = self._write("no 2")
        self.assertIn(other.name, answer.text)
        self.assertNotIn(self.service.name, answer.text)

    def test_who_names_the_service_is_not_asked(self):
        other = self._share_phone()
        answer = self._write(f"status {other.name.lower()}")
        self.assertEqual(self._get_last().service_ids, other)
        self.assertNotIn(self.service.name, answer.text)

    def test_a_question_is_forgotten_after_half_an_hour(self):
        self._share_phone()
        self._write("STATUS")
        answer = self._write("2", moment=DAY + timedelta(minutes=31))
        self.assertEqual(self._get_last().word, "other")
        self.assertNotIn(self.service.name, answer.text)

    def test_an_answer_is_for_who_was_asked(self):
        """A choice holds for services that still have this phone."""
        other = self._share_phone()
        self._write("STATUS")
        other.partner_id.phone = "+62 811-0000-111"
        self._write("2")
        self.assertEqual(self._get_last().result, "person")
        self.assertFalse(self._get_last().service_ids)

    def test_anything_else_is_for_a_person(self):
        text = "<script>alert(1)</script>\x00\x1b[2J\u202e" + "x" * 65536
        answer = self._write(text)
        self.assertIn("colleague", answer.text)
        talk = self._get_talk()
        self.assertEqual(talk.state, "open")
        self.assertEqual(len(talk.activity_ids), 1)
        self.assertNotIn("<script>", talk.activity_ids.note)
        self.assertNotIn("<script>", talk.transcript)
        self.assertIn("alert(1)", talk.transcript)
        self.assertEqual(len(self._get_last().text), 4096)
        self.assertNotIn("\x1b", self._get_last().text)
        self.assertFalse(self._write("hello?"), "he knows by now")
        self.assertEqual(len(talk.activity_ids), 1)

    def test_a_picture_is_for_a_person(self):
        self._write("", kind="image")
        self.assertEqual(self._get_last().result, "person")
        self.assertIn("image", self._get_talk().transcript)

    def test_who_wants_no_messages_is_answered_when_he_asks(self):
        answer = self._write("STOP")
        self.assertEqual(self.partner.isp_notice_consent, "no")
        answer |= self._write("STATUS")
        self._send()
        self.assertEqual(set(answer.mapped("state")), {"sent"})

    def test_what_is_delivered_hours_later_is_for_a_person(self):
        answer = self._write("STATUS", at=DAY - timedelta(minutes=61))
        self.assertNotIn(self.service.name, answer.text)
        self.assertEqual(self._get_last().result, "person")
        self.assertEqual(self._get_talk().state, "open")
        answer = self._write("STATUS", at=DAY - timedelta(minutes=59))
        self.assertIn(self.service.name, answer.text)

    def test_of_stop_and_start_the_one_that_was_written_last_holds(self):
        with freeze_time(DAY):
            self.partner._isp_note_consent("no", "He has called.")
        hours = timedelta(hours=2)
        self._write("START", at=DAY - hours)
        self.assertEqual(self.partner.isp_notice_consent, "no", "he wrote it before")
        self._write("START", at=DAY + hours, moment=DAY + 2 * hours)
        self.assertEqual(self.partner.isp_notice_consent, "yes")

    def test_a_late_twin_of_stop_ends_nothing_again(self):
        self._write("STOP", ref="stop")
        self._write("START")
        self._write("STOP", ref="stop")
        self.assertEqual(self.partner.isp_notice_consent, "yes")

    def test_a_thousand_messages_are_not_even_kept(self):
        with freeze_time(DAY):
            for number in range(1000):
                incoming = gateways.Incoming(f"x{number}", self.phone, "STATUS")
                self.gateway._take_incoming(incoming)
            self._get_talk()._answer_waiting()
        self.assertEqual(len(self._get_talk().incoming_ids), 10)
        self.assertEqual(len(self._get_answers()), 10)
        self.assertFalse(self.partner.isp_notice_consent)
        self._write("STOP")
        self.assertEqual(self.partner.isp_notice_consent, "no")

    def test_two_robots_do_not_talk_for_ever(self):
        for minute in range(40):
            self._write("STATUS", moment=DAY + timedelta(minutes=minute))
        self.assertEqual(len(self._get_answers()), 20)
        self.assertEqual(self._get_last().result, "silent")
        self.assertEqual(self._get_talk().state, "open")
        later = DAY + timedelta(minutes=100)
        self.assertEqual(len(self._write("STATUS", moment=later)), 1)

    def test_what_fails_is_for_a_person_and_stops_no_other(self):
        services = self.registry["isp.service"]
        self.patch(services, "_describe_line_for_subscriber", lambda service: 1 / 0)
        with self.assertLogs("odoo.addons.isp_notice", "ERROR"):
            self._write("STATUS")
        self.assertEqual(self._get_last().result, "person")

    def test_a_conflict_is_for_nobody_and_done_again(self):
        def meet(_service):
            raise SerializationFailure("two write one row")

        services = self.registry["isp.service"]
        self.patch(services, "_describe_line_for_subscriber", meet)
        with self.assertRaises(SerializationFailure):
            self._write("STATUS")

    def test_switched_off_a_person_answers_all(self):
        self.env["isp.notice.event"]._get_event("answer").active = False
        self.assertFalse(self._write("STATUS"))
        self.assertEqual(self._get_last().result, "person")

    def test_of_another_company_nothing_is_told(self):
        self._create_other_company()
        self.service.sudo().partner_id.company_id = False
        gateway = self._create_gateway("Other", company_id=self.company_b.id)
        with freeze_time(DAY):
            gateway._take_incoming(gateways.Incoming("x", self.phone, "STATUS"))
            talk = self._get_talk()
            talk._answer_waiting()
        self.assertNotIn(self.service.name, self._get_answers()[-1:].text or "")
        self.assertFalse(talk.service_ids)

    def test_what_came_in_is_forgotten_in_time(self):
        self._write("STATUS")
        talk = self._get_talk()
        incoming = talk.incoming_ids
        with freeze_time(DAY + timedelta(days=179)):
            incoming._gc_incoming()
        self.assertTrue(incoming.exists())
        with freeze_time(DAY + timedelta(days=181)):
            incoming._gc_incoming()
        self.assertFalse(incoming.exists() or talk.exists() or self._get_answers())


@tagged("post_install", "-at_install")
class TestFault(IncomingCommon):
    """GANGGUAN: two questions at most, then somebody books a repair."""

    def setUp(self):
        super().setUp()
        self.reported = reported = []

        def report(service, text):
            reported.append((service.id, text))
            return "Booked."

        self.patch(self.registry["isp.service"], "_report_fault", report)

    def test_he_is_asked_what_is_wrong(self):
        self.assertIn("What is wrong", self._write("GANGGUAN").text)
        self.assertFalse(self.reported)
        self.assertEqual(self._write("internet mati").text, "Booked.")
        self.assertEqual(self.reported, [(self.service.id, "internet mati")])
        self._write("internet mati sekali")
        self.assertEqual(len(self.reported), 2, "a new report of its own")

    def test_who_says_it_at_once_is_not_asked(self):
        self.assertEqual(self._write("Gangguan lampu merah").text, "Booked.")
        self.assertEqual(len(self.reported), 1)

    def test_with_several_services_he_is_asked_which(self):
        second = self._create_service(phone=self.service.phone)
        second.sudo().partner_id = self.partner
        self._activate(second)
        asked = self._write("GANGGUAN")
        self.assertIn(f"2. {second.name}", asked.text)
        self.assertIn("What is wrong", self._write("2").text)
        self._write("Mati sejak pagi <script>")
        self.assertEqual(self.reported, [(second.id, "Mati sejak pagi <script>")])

    def test_what_he_said_first_is_kept_while_he_is_asked_which(self):
        second = self._create_service(phone=self.service.phone)
        second.sudo().partner_id = self.partner
        self._activate(second)
        self._write("Gangguan lampu merah")
        self.assertEqual(self._write(second.name).text, "Booked.")
        self.assertEqual(self.reported, [(second.id, "Gangguan lampu merah")])

    def test_who_asks_something_else_meanwhile_is_answered(self):
        self._write("GANGGUAN")
        self.assertIn("is active", self._write("STATUS").text)
        self._write("terima kasih")
        self.assertFalse(self.reported)

    def test_a_question_waits_for_half_an_hour(self):
        self._write("GANGGUAN")
        self._write("tidak tahu", moment=DAY + timedelta(minutes=31))
        self.assertFalse(self.reported)
        self.assertEqual(self._get_last().result, "person")

    def test_who_is_isolated_is_told_why(self):
        self.service._suspend("manual")
        self.assertIn("isolated", self._write("Gangguan lampu merah").text)
        self.assertFalse(self.reported)

    def test_a_stranger_books_nothing(self):
        self._write(f"GANGGUAN {self.service.name} mati", phone=PHONE)
        self.assertFalse(self.reported)

    def test_a_fault_that_nobody_books_is_for_a_person(self):
        services = self.registry["isp.service"]
        self.patch(services, "_report_fault", lambda service, text: None)
        self._write("Gangguan lampu merah")
        self.assertEqual(self._get_last().result, "person")


@tagged("post_install", "-at_install")
class TestAnswering(IncomingCommon):
    """Somebody of the office answers in the conversation."""

    def test_the_answer_of_a_person_goes_out_on_whatsapp(self):
        self._write("May I pay on Friday?")
        talk = self._get_talk()
        known = self._get_answers()
        own = self._as("admin", talk)
        self.assertEqual(own.service_ids.ids, self.service.ids)
        own.answer = "Yes, you may."
        with freeze_time(DAY):
            own.action_answer()
        answer = self._get_answers() - known
        self.assertEqual((answer.text, answer.phone), ("Yes, you may.", self.phone))
        self.assertFalse(talk.answer)
        self.assertEqual(talk.state, "done")
        self.assertFalse(talk.activity_ids)
        self.assertIn("Yes, you may.", talk.transcript)
        self._send()
        self.assertEqual(answer.state, "sent")

    def test_nothing_is_sent_that_whatsapp_delivers_no_longer(self):
        self._write("May I pay on Friday?")
        talk = self._as("admin", self._get_talk())
        talk.answer = "Yes"
        self.gateway.provider = "meta"
        with freeze_time(DAY + timedelta(hours=25)), self.assertRaises(UserError):
            talk.action_answer()
        with freeze_time(DAY + timedelta(hours=23)):
            talk.action_answer()

    def test_it_is_a_card_of_today(self):
        def count():
            self.env.invalidate_all()
            cards = self._as("admin", self.env["isp.today.card"]).get_cards()
            return {c["name"]: c["count"] for c in cards}["Messages to answer"]

        before = count()
        self._write("May I pay on Friday?")
        self.assertEqual(count(), before + 1)
        self._as("admin", self._get_talk()).action_done()
        self.assertEqual(count(), before)

    def test_the_order_is_that_of_question_and_answer(self):
        for text in ("STATUS", "May I pay on Friday?"):
            self._write(text)
        talk = self._get_talk()
        shown = [talk.transcript.index(t) for t in ("STATUS", "is active", "Friday")]
        self.assertEqual(shown, sorted(shown))

    def test_the_list_needs_no_more_queries_for_many(self):
        phones = [f"6281299900{number:03d}" for number in range(50)]
        for phone in phones:
            self._write("hello", phone=phone)
        talks = self.env["isp.notice.conversation"].search([("phone", "in", phones)])
        self.assertEqual(len(talks), 50)

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(["display_name", "partner_id", "phone", "last_text", "state"])
            return self.env.cr.sql_log_count - before

        own = self._as("admin", talks)
        count(own[:1])
        self.assertLessEqual(count(own), count(own[:5]))

    def test_the_other_company_sees_none_of_it(self):
        self._create_other_company()
        self._write("May I pay on Friday?")
        for model in ("isp.notice.conversation", "isp.notice.incoming"):
            foreign = self.env[model].with_user(self.users_b["admin"])
            self.assertFalse(foreign.search([("phone", "=", self.phone)]), model)

    def test_only_administrators_answer(self):
        self._write("May I pay on Friday?")
        for name in ("sales", "technician", "engineer", "employee"):
            with self.assertRaises(AccessError):
                self._as(name, self._get_talk()).action_answer()
        talk = self._as("admin", self._get_talk())
        with self.assertRaises(AccessError):
            talk.phone = PHONE
