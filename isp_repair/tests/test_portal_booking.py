from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.tests.common import HEIC

from ..models import helpdesk_ticket_booking
from ..photos import MAX_PHOTOS
from .portal_common import WEBP, RepairPortalCommon, make_picture

NEW = "/my/repairs/new"
FORM = "isp_booking_form"
JPEG = ("box.jpg", make_picture("JPEG"), "image/jpeg")
PROGRAM = ("photo.png", b"MZ\x90\x00" + b"\0" * 200, "image/png")


@tagged("post_install", "-at_install", "isp_alone")
class TestBooking(RepairPortalCommon):
    """B2: the customer writes his complaint and presses Book."""

    def _fill_in(self, role="portal", files=None, **typed):
        """Send the form with a complaint; return the answer."""
        values = {
            "category_id": str(self.fault.id),
            "complaint": "The lamp at the box is red.",
            **typed,
        }
        page = self._open(NEW, role)
        return self._send(
            page, FORM, files=[("photos", file) for file in files or ()], **values
        )

    def test_the_dashboard_leads_there(self):
        page = self._open("/my")
        self.assertIn(f'href="{NEW}"', page.text)
        text = self._read(page)
        for expected in ("Order repair", self.service.name, "Nothing is under repair"):
            self.assertIn(expected, text)
        self.assertNotIn(self.other.name, text)
        self.assertIn("to pay", text, "his open invoice")
        ticket = self._book()
        text = self._read(self._open("/my"))
        self.assertIn(ticket.number, text)
        self.assertIn("Ordered", text)

    def test_booked_with_one_click_and_confirmed_by_mail(self):
        answer, mails = self._mail(self._fill_in)
        ticket = self._get_tickets()
        self.assertTrue(answer.url.endswith(f"/my/repairs/{ticket.id}?booked=1"))
        self.assertIn(f"Its number is {ticket.number}", self._read(answer))
        self.assertEqual(ticket.isp_service_id, self.service)
        self.assertEqual(ticket.category_id, self.fault)
        self.assertEqual(ticket.isp_complaint, "The lamp at the box is red.")
        self.assertEqual(ticket.isp_contact_phone, self.service.phone, "filled in")
        self.assertEqual(ticket.isp_repair_status, "new")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(mails.recipient_ids, self.subscriber)
        self.assertIn(f"/my/repairs/{ticket.id}", mails.body_html)
        self.assertNotIn("access_token", mails.body_html)

    def test_all_that_was_typed_is_kept(self):
        day = fields.Date.add(self.company._get_isp_today(), days=3)
        complaint = "Kamera 📷 mati\n<b>di gerbang</b> & 'x'"
        self._fill_in(
            service_id="none",
            category_id=str(self.camera.id),
            complaint=complaint,
            preferred_date=str(day),
            preferred_part="evening",
            contact_phone="0813-9999-0000",
            files=[JPEG, ("x.webp", WEBP, "image/webp")],
        )
        ticket = self._get_tickets()
        self.assertFalse(ticket.isp_service_id)
        self.assertEqual(ticket.isp_complaint, complaint)
        self.assertEqual(ticket.isp_preferred_date, day)
        self.assertEqual(ticket.isp_preferred_part, "evening")
        self.assertEqual(ticket.isp_contact_phone, "+62 813-9999-0000")
        photos = {photo.name: photo.mimetype for photo in ticket.isp_photo_ids}
        self.assertEqual(photos, {"box.jpg": "image/jpeg", "x.webp": "image/webp"})
        page = self._open(ticket.access_url)
        self.assertIn("&lt;b&gt;di gerbang&lt;/b&gt;", page.text)
        self.assertNotIn("<b>di gerbang", page.text)
        self.assertIn("Kamera 📷 mati", self._read(page))

    def test_who_has_no_service_orders_for_other_equipment(self):
        self.neighbour.partner_id.phone = "+62 812-0000-0001"
        self.other.sudo().state = "terminated"
        page = self._open(NEW, "neighbour")
        self.assertNotIn("isp_service", page.text)
        self._fill_in("neighbour")
        ticket = self._get_tickets(self.neighbour.partner_id)
        self.assertEqual(len(ticket), 1)
        self.assertFalse(ticket.isp_service_id)

    def test_where_other_equipment_stands_is_asked_and_told(self):
        """P23: who has signed up himself has no address yet."""
        partner = self.neighbour.partner_id
        partner.write({"phone": "+62 812-0000-0001", "street": False, "city": False})
        partner.sudo().isp_service_ids.write({"partner_id": self.subscriber.id})
        answer = self._fill_in("neighbour", category_id=str(self.camera.id))
        self.assertIn("write where we shall come to", self._read(answer))
        self.assertFalse(self._get_tickets(partner))
        where = "Jalan Kamera 3, Palmerah"
        self._fill_in("neighbour", category_id=str(self.camera.id), address=where)
        ticket = self._get_tickets(partner)
        self.assertEqual(ticket.isp_full_address, where)
        self.assertIn(where, self._read(self._open(ticket.access_url, "neighbour")))
        ticket.sudo().team_id = self.team
        self._begin(ticket)
        visit = self._as("technician", ticket.sudo().isp_visit_id)
        self.assertEqual(visit.full_address, where)

    def test_what_is_wrong_is_said_all_at_once_and_stays_typed(self):
        yesterday = self.company._get_isp_today() - timedelta(days=1)
        typed = {
            "service_id": "",
            "category_id": "",
            "complaint": "x" * 10_000,
            "preferred_date": str(yesterday),
            "preferred_part": "night",
            "contact_phone": "call me",
        }
        answer = self._fill_in(files=[PROGRAM], **typed)
        text = self._read(answer)
        for expected in (
            "choose one of your connections",
            "choose what kind of fault",
            "10000 characters. Please shorten it to 2000",
            "This day is over",
            "choose a part of the day",
            "a phone number that we can call",
            "“photo.png” is not a photo",
        ):
            self.assertIn(expected, text)
        kept = self._get_fields(answer, FORM)[0]
        for name in ("complaint", "preferred_date", "contact_phone"):
            self.assertEqual(kept[name], typed[name], name)
        self.assertFalse(self._get_tickets())

    def test_a_refused_form_keeps_what_was_chosen(self):
        answer = self._fill_in(complaint=" ", preferred_part="morning")
        self.assertIn("write what is wrong", self._read(answer))
        kept = self._get_fields(answer, FORM)[0]
        self.assertEqual(kept["service_id"], str(self.service.id))
        self.assertEqual(kept["category_id"], str(self.fault.id))
        self.assertEqual(kept["preferred_part"], "morning")
        self._send(answer, FORM, complaint="It is dead")
        self.assertEqual(self._get_tickets().isp_complaint, "It is dead")

    def test_values_that_are_none(self):
        for typed in (
            {"service_id": "1²"},
            {"service_id": "9" * 5000},
            {"service_id": str(self.other.id)},
            {"category_id": "-1"},
            {"category_id": "abc"},
            {"preferred_date": "tomorrow"},
            {"preferred_date": "2999-01-01"},
            {"contact_phone": "\0"},
        ):
            with self.subTest(typed=typed):
                answer = self._fill_in(**typed)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(f'id="{FORM}"', answer.text)
        self.assertFalse(self._get_tickets())

    def test_photos_that_are_none(self):
        big = ("big.png", make_picture() + b"\0" * 10 * 1024**2, "image/png")
        page = ("page.jpg", b"<svg onload='alert(1)'/>", "image/jpeg")
        film = ("film.png", make_picture("GIF"), "image/png")
        torn = ("torn.png", make_picture()[:8] + b"no more", "image/png")
        for files, expected in (
            ([PROGRAM], "“photo.png” is not a photo"),
            ([JPEG, page], "“page.jpg” is not a photo"),
            ([film], "“film.png” is not a photo"),
            ([torn], "“torn.png” is not a photo"),
            ([JPEG, ("IMG_1.HEIC", HEIC, "image/heic")], "This photo is HEIC"),
            ([("IMG_1.jpg", HEIC, "image/jpeg")], "take a screenshot of it"),
            ([big], "larger than 10 MB"),
            ([JPEG] * (MAX_PHOTOS + 1), "5 photos at most"),
        ):
            with self.subTest(expected=expected):
                self.assertIn(expected, self._read(self._fill_in(files=files)))
        self.assertFalse(self._get_tickets())

    def test_photos_are_made_small_and_named_by_what_they_are(self):
        large = ("../../evil.exe", make_picture("JPEG", (3000, 1500)), "x/y")
        self._fill_in(files=[large])
        photo = self._get_tickets().isp_photo_ids
        self.assertEqual(photo.name, "evil.jpg")
        self.assertEqual(photo.res_model, "helpdesk.ticket")
        self.assertLess(len(photo.raw), len(large[1]))

    def test_an_isolated_line_is_said_first(self):
        self.service._suspend("overdue")
        page = self._open(NEW)
        text = self._read(page)
        self.assertIn("is isolated", text)
        self.assertLess(text.index("is isolated"), text.index("What is wrong?"))
        self.assertIn(f'href="{self.service.access_url}"', page.text)

    # Not twice

    def test_a_second_click_makes_no_second_order(self):
        page = self._open(NEW)
        typed = {"category_id": str(self.fault.id), "complaint": "Dead\r\nsince noon"}
        first = self._send(page, FORM, **typed)
        second = self._send(page, FORM, **typed)
        self.assertEqual(first.url, second.url)
        self.assertEqual(len(self._get_tickets()), 1)

    def test_the_same_fault_is_offered_instead(self):
        ticket = self._book()
        answer = self._fill_in(complaint="Now it blinks too")
        text = self._read(answer)
        self.assertIn("You have ordered this already", text)
        self.assertIn(ticket.number, text)
        self.assertEqual(self._get_tickets(), ticket)
        self.assertEqual(
            self._get_fields(answer, FORM)[0]["complaint"], "Now it blinks too"
        )
        page = self._send(answer, "isp_add_to_twin")
        self.assertIn("Now it blinks too", self._read(page))
        self.assertEqual(self._get_tickets(), ticket)

    def test_another_fault_of_the_same_kind_can_be_booked_anyway(self):
        self._book(service_id=False, category_id=self.camera.id)
        answer = self._fill_in(
            service_id="none", category_id=str(self.camera.id), complaint="The other"
        )
        self.assertIn("isp_twin", answer.text)
        self._send(answer, FORM, anyway="1")
        self.assertEqual(len(self._get_tickets()), 2)

    def test_other_services_kinds_and_closed_orders_are_no_twins(self):
        self._book()._isp_withdraw()
        self._book(self.neighbour.partner_id, service_id=self.other.id)
        self._fill_in(complaint="Again")
        self._fill_in(complaint="Again", category_id=str(self.camera.id))
        self.assertEqual(len(self._get_tickets()), 3)

    def test_two_hundred_bookings_in_a_minute(self):
        page = self._open(NEW)
        most = 2
        for _number in range(helpdesk_ticket_booking.BOOKINGS - most):
            self.env["helpdesk.ticket"]._isp_may_book(self.subscriber)
        for number in range(most + 2):
            answer = self._send(
                page,
                FORM,
                category_id=str(self.fault.id),
                complaint=f"Complaint {number}",
                anyway="1",
            )
        self.assertIn("a lot within an hour", self._read(answer))
        self.assertIn(self.company.phone, self._read(answer))
        kept = self._get_fields(answer, FORM)[0]
        self.assertEqual(kept["complaint"], f"Complaint {number}")
        self.assertEqual(len(self._get_tickets()), most)
        self._fill_in("neighbour", contact_phone="0812 3456 7001")
        self.assertTrue(self._get_tickets(self.neighbour.partner_id))

    def test_visitors_are_asked_to_log_in(self):
        self.assertIn("/web/login", self._open(NEW, None).url)

    def test_forms_without_their_token_are_refused(self):
        self._log_in("portal")
        data = {"complaint": "x", "service_id": "none", "category_id": self.fault.id}
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(NEW, data=data).status_code, 400)
        self.assertFalse(self._get_tickets())
