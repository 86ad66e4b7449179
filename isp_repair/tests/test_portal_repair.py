from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..controllers.portal import IspRepairPortal
from ..models import helpdesk_ticket_booking
from .portal_common import RepairPortalCommon, make_picture

JPEG = ("photos", ("box.jpg", make_picture("JPEG"), "image/jpeg"))
ADD = "isp_addition_form"


@tagged("post_install", "-at_install")
class TestRepairPage(RepairPortalCommon):
    """B9: the customer's repair reports, in his words."""

    def _show(self, ticket, role="portal"):
        return self._open(ticket.access_url, role)

    def _get_steps(self, page):
        text = self._read(page)
        return text[text.index("Progress") : text.index("What is wrong")]

    def test_the_list_shows_open_and_closed_ones_apart(self):
        opened = self._book()
        closed = self._book(category_id=self.camera.id)
        closed._isp_withdraw()
        for filterby, shown in (
            ("", opened),
            ("?filterby=open", opened),
            ("?filterby=closed", closed),
            ("?filterby=all", opened | closed),
            ("?filterby=nonsense", opened),
        ):
            text = self._read(self._open(f"/my/repairs{filterby}"))
            for ticket in opened | closed:
                self.assertEqual(ticket.number in text, ticket in shown, filterby)
        self.assertIn("Withdrawn", self._read(self._open("/my/repairs?filterby=all")))

    def test_the_list_has_the_days_of_the_company(self):
        ticket = self._book()
        self.portal.tz = "America/New_York"
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            ("2026-05-10 17:30:00", ticket.id),
        )
        self.env.invalidate_all()
        self.assertIn("05/11/2026", self._read(self._open("/my/repairs")))

    def test_long_lists_are_paged(self):
        for number in range(3):
            self._order_repair(isp_complaint=f"Number {number}")
        with patch.object(IspRepairPortal, "_items_per_page", 2):
            first = self._read(self._open("/my/repairs"))
            second = self._read(self._open("/my/repairs/page/2"))
        self.assertIn("Number 2", first)
        self.assertNotIn("Number 0", first)
        self.assertIn("Number 0", second)

    def test_an_empty_list_says_so(self):
        self.assertIn("no such repair order", self._read(self._open("/my/repairs")))

    def test_the_tile_counts_ones_own(self):
        self._book()
        self._book(self.neighbour.partner_id, service_id=self.other.id)
        self._log_in("portal")
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["isp_repair_count"]}
        )
        self.assertEqual(answer["isp_repair_count"], 1)

    def test_the_page_of_a_service_shows_its_repairs(self):
        ticket = self._book()
        page = self._open(self.service.access_url)
        self.assertIn(ticket.number, self._read(page))
        self.assertIn(f"/my/repairs/new?service_id={self.service.id}", page.text)

    def test_the_progress_follows_the_documents(self):
        self.technician.name = "Budi Santoso"
        ticket = self._book()
        self.assertIn("Ordered", self._get_steps(self._show(ticket)))
        visit = self._begin(ticket)
        steps = self._get_steps(self._show(ticket))
        self.assertIn("Repair begun", steps)
        self.assertIn("Budi", steps)
        self.assertNotIn("Santoso", steps, "the first name is enough")
        visit._wait_for_customer("He is not at home until six")
        page = self._show(ticket)
        self.assertIn("Waiting for you", self._get_steps(page))
        self.assertNotIn("until six", page.text)
        visit.action_resume()
        self._finish(ticket)
        self.assertIn("Repaired", self._read(self._show(ticket)))
        move = self._invoice(ticket)
        text = self._read(self._show(ticket))
        self.assertIn("To pay", text)
        self.assertIn(move.name, text)
        self._confirm(move)
        self.assertIn("Payment being checked", self._read(self._show(ticket)))
        self._as("accountant", move._isp_get_confirmation()).action_accept()
        self.assertIn("Paid", self._read(self._show(ticket)))
        self._as("admin", ticket).action_isp_complete()
        self.assertIn("Closed", self._read(self._show(ticket)))

    def test_the_invoice_is_paid_and_confirmed_from_there(self):
        """B9, B10: the invoice's own page, its PDF, and the button that confirms."""
        ticket = self._repair(self._book())
        move = self._invoice(ticket)
        page = self._show(ticket)
        self.assertIn(f"/my/invoices/{move.id}?", page.text)
        self.assertIn("report_type=pdf", page.text)
        self.assertIn("Pay or confirm", self._read(page))
        invoice = self.url_open(move.get_portal_url())
        self.assertIn("isp_confirmation_form", invoice.text)

    # Adding

    def test_a_text_and_photos_can_be_added(self):
        ticket = self._book()
        page = self._send(
            self._show(ticket), ADD, files=[JPEG], addition="Now <i>off</i>"
        )
        self.assertIn("Now <i>off</i>", self._read(page))
        self.assertNotIn("<i>off</i>", page.text)
        self.assertEqual(ticket.isp_photo_ids.mapped("name"), ["box.jpg"])
        message = ticket.message_ids.filtered(lambda m: "off" in (m.body or ""))
        self.assertEqual(message.author_id, self.subscriber)
        self.assertIn(self.technician.partner_id, message.notified_partner_ids)

    def test_photos_alone_are_enough_and_nothing_is_too_little(self):
        ticket = self._book()
        self._send(self._show(ticket), ADD, files=[JPEG])
        self.assertEqual(len(ticket.isp_photo_ids), 1)
        answer = self._send(self._show(ticket), ADD, addition="  ")
        self.assertIn("write what is wrong", self._read(answer))

    def test_bad_additions_are_explained_and_stay_typed(self):
        ticket = self._book()
        program = ("photos", ("a.png", b"MZ\x90", "image/png"))
        answer = self._send(
            self._show(ticket), ADD, files=[program], addition="x" * 2001
        )
        text = self._read(answer)
        self.assertIn("not a photo", text)
        self.assertIn("2001 characters", text)
        self.assertEqual(self._get_fields(answer, ADD)[0]["addition"], "x" * 2001)
        self.assertFalse(ticket.isp_photo_ids)

    def test_additions_are_limited(self):
        ticket = self._book()
        page = self._show(ticket)
        for _number in range(helpdesk_ticket_booking.ADDITIONS - 1):
            ticket._isp_may_add(self.subscriber)
        answers = [self._send(page, ADD, addition="Hurry!") for _number in range(2)]
        self.assertNotIn("a lot within", self._read(answers[0]))
        answer = answers[1]
        self.assertIn("a lot within an hour", self._read(answer))

    def test_an_answer_of_the_office_is_read_there(self):
        ticket = self._book()
        self._as("admin", ticket).message_post(
            body="We come at nine",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._as("admin", ticket).message_post(body="He always complains")
        self._as("admin", ticket).message_post(
            body="Sorry",
            author_id=self.company.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        text = self._read(self._show(ticket))
        self.assertIn("We come at nine", text)
        self.assertIn(f"{self.company.name}, ", text, "the whole name of a company")
        self.assertNotIn("always complains", text)

    # Withdrawing, and again

    def test_it_can_be_withdrawn_until_work_starts(self):
        ticket = self._book()
        page = self._show(ticket)
        self._begin(ticket)
        path = f"{ticket.access_url}/withdraw"
        answer = self._post(path)
        self.assertIn("begun with it already", self._read(answer))
        self.assertEqual(ticket.isp_repair_status, "in_progress")
        self.assertNotIn("/withdraw", self._show(ticket).text)
        self.assertIn("/withdraw", page.text)
        other = self._book(category_id=self.camera.id)
        answer = self._post(f"{other.access_url}/withdraw")
        self.assertIn("Withdrawn", self._read(answer))
        self.assertEqual(other.isp_repair_status, "withdrawn")
        answer = self._post(f"{other.access_url}/withdraw")
        self.assertEqual(answer.status_code, 200, "a second click")
        self.assertNotIn(ADD, answer.text)

    def test_a_planned_visit_is_called_off_with_it(self):
        ticket = self._book()
        visit = ticket._isp_open_visit()
        self._post(f"{ticket.access_url}/withdraw")
        self.assertEqual(visit.state, "cancelled")

    def test_the_fault_is_back(self):
        ticket = self._repair(self._book())
        page = self._show(ticket)
        self.assertIn("/reopen", page.text)
        answer = self._send(page, ADD, files=[JPEG], addition="It is red again")
        self.assertEqual(ticket.isp_repair_status, "new")
        self.assertIn("It is red again", self._read(answer))
        self.assertEqual(len(ticket.isp_photo_ids), 1)
        answer = self._send(page, ADD, addition="It is red again")
        self.assertIn("cannot go on", self._read(answer), "a second click")
        self.assertEqual(len(ticket.isp_visit_ids), 2)

    def test_photos_have_an_end_while_it_is_open_and_when_it_is_back(self):
        ticket = self._book()
        with patch.object(helpdesk_ticket_booking, "PHOTOS_IN_ALL", 1):
            self._send(self._show(ticket), ADD, files=[JPEG])
            answer = self._send(self._show(ticket), ADD, files=[JPEG])
            self.assertIn("add no more", self._read(answer))
            self._repair(ticket)
            page = self._show(ticket)
            answer = self._send(page, ADD, files=[JPEG], addition="Dark again")
            self.assertIn("add no more", self._read(answer))
        self.assertEqual(len(ticket.isp_photo_ids), 1)
        self.assertEqual(ticket.isp_repair_status, "done")

    def test_after_some_time_it_is_a_new_repair(self):
        ticket = self._repair(self._book())
        page = self._show(ticket)
        days = self.company.isp_repair_reopen_days
        finished = ticket.sudo().isp_visit_id.date_finished
        later = finished.replace(year=finished.year + 1)
        self.assertLess(days, 365)
        with freeze_time(later):
            answer = self._send(page, ADD, addition="Again")
            self.assertIn("Order a new repair", self._read(answer))
            self.assertNotIn("/reopen", self._show(ticket).text)
        self.assertEqual(ticket.isp_repair_status, "done")
