import base64
import io
import re

from freezegun import freeze_time
from lxml import html
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .test_payment_confirmation import ConfirmationCommon

REPORT = "isp_billing.isp_invoice_report"
NOW = "2026-05-12 03:00:00"


class InvoiceReportCommon(ConfirmationCommon):
    """The first invoice of a service: 22 of 31 days, 186,194 with PPN."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"vat": "1234567890123456", "email": "halo@net.example"})
        cls.subscriber.email = "siti@example.com"
        cls.service = cls._create_subscription(street="Jalan Anggrek 14")
        cls.own = cls.service.first_invoice_id
        cls.report = cls.env.ref(REPORT)

    @classmethod
    def _render(cls, moves):
        reports = cls.env["ir.actions.report"]
        return reports._render_qweb_pdf(REPORT, moves.ids)[0]

    @classmethod
    def _extract(cls, content):
        """Return the text of a PDF as a person reads it: spaces are spaces."""
        pages = PdfReader(io.BytesIO(content)).pages
        text = " ".join(page.extract_text() for page in pages)
        return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())

    @classmethod
    def _read(cls, moves):
        return cls._extract(cls._render(moves))

    @classmethod
    def _send(cls, moves):
        """Return the e-mails to the subscribers, after sending these invoices."""
        moves._isp_send()
        return cls.env["mail.mail"].search(
            [
                ("model", "=", "account.move"),
                ("res_id", "in", moves.ids),
                ("recipient_ids", "in", moves.partner_id.ids),
            ]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestInvoiceDocument(InvoiceReportCommon):
    def test_it_says_who_pays_what_until_when_and_how(self):
        text = self._read(self.own)
        for part in (
            f"INVOICE {self.own.name}",
            "Date 10 May 2026",
            "Due Date 17 May 2026",
            "Amount to Pay Rp 186,194",
            f"Customer {self.subscriber.name}",
            f"{self.service.name} Jalan Anggrek 14, Jakarta Barat",
            "Home 20",
            "PPN",
            "Rp 18,452",
            "Total Rp 186,194",
            f"Transfer Rp 186,194 by 17 May 2026 and write {self.own.name}",
            "5270 123 456",
            "NPWP 1234567890123456",
            "1 / 1",
        ):
            self.assertIn(part.lower(), text.lower())

    def test_it_speaks_the_language_of_the_subscriber(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.subscriber.lang = "id_ID"
        text = self._read(self.own)
        self.assertIn("17 Mei 2026", text)
        self.assertIn("Rp 186.194", text)
        self.assertIn("PPN", text)
        self.assertIn("5270 123 456", text)
        self.assertIn(self.service.name, text)

    def test_rupiah_have_no_decimals(self):
        self.env["res.lang"]._activate_lang("id_ID")
        for lang in ("en_US", "id_ID"):
            self.subscriber.lang = lang
            amounts = re.findall(r"Rp ([\d.,]+)", self._read(self.own))
            self.assertTrue(amounts)
            for amount in amounts:
                self.assertRegex(amount, r"^\d{1,3}([.,]\d{3})*[.,]?$", lang)

    def test_what_is_paid_is_taken_off(self):
        self._pay(self.own, 100_000)
        text = self._read(self.own)
        self.assertIn("Paid on 12 May 2026", text)
        self.assertIn("Amount to Pay Rp 86,194", text)
        self.assertNotIn("PAID", text)

    def test_a_paid_one_is_stamped(self):
        self._pay(self.own)
        text = self._read(self.own)
        self.assertIn("PAID", text)
        self.assertIn("Amount to Pay Rp 0", text)
        self.assertNotIn("5270 123 456", text, "nothing is to pay")

    def test_a_draft_is_marked_and_asks_for_nothing(self):
        draft = self.own.copy()
        draft.invoice_line_ids.isp_service_id = self.service
        text = self._read(draft)
        self.assertIn("DRAFT", text)
        self.assertNotIn("5270 123 456", text)

    def test_a_credit_note_is_one(self):
        note = self._reverse(self.own)
        text = self._read(note)
        self.assertIn(f"CREDIT NOTE {note.name}", text)
        self.assertIn(self.own.name, text)
        self.assertNotIn("Due Date", text)
        self.assertNotIn("5270 123 456", text)

    def test_quantities_are_shown_where_there_are_any(self):
        self.assertNotIn("QUANTITY", self._read(self.own))
        draft = self.own.copy()
        draft.invoice_line_ids.write({"isp_service_id": self.service.id, "quantity": 3})
        self.assertIn("QUANTITY", self._read(draft))

    def test_many_lines_go_on_with_numbered_pages(self):
        move = self._create_invoice(
            invoice_line_ids=[
                Command.create({"name": f"Camera {n}", "price_unit": 1000 + n})
                for n in range(60)
            ],
        )
        reader = PdfReader(io.BytesIO(self._render(move)))
        self.assertGreater(len(reader.pages), 1)
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text()
            self.assertIn(f"{number} / {len(reader.pages)}", text)
            self.assertIn(move.name, text)
        self.assertIn("Camera 59", self._read(move))

    def test_names_are_text_not_markup(self):
        self.subscriber.name = "<b>Siti</b> & <img src='file:///etc/passwd'/>"
        self.service.street = "Jalan <script>1</script>"
        self.own.invoice_line_ids[:1].name = "Home <i>20</i> · <u>days</u>"
        text = self._read(self.own)
        self.assertIn("<b>Siti</b> &", text)
        self.assertIn("Jalan <script>1</script>", text)
        self.assertIn("Home <i>20</i>", text)
        self.assertIn("<u>days</u>", text)

    def test_a_logo_that_is_no_picture_is_left_out(self):
        for content in (b"<html>no picture</html>", b"<svg><broken"):
            self.company.partner_id.image_1920 = base64.b64encode(content)
            with self.subTest(content=content), mute_logger("weasyprint"):
                text = self._read(self.own)
                self.assertIn(self.own.name, text)
                self.assertIn(self.company.name, text)

    def test_a_logo_is_in_it(self):
        def count():
            return len(PdfReader(io.BytesIO(self._render(self.own))).pages[0].images)

        self.company.logo = False
        before = count()
        self.company.logo = self._draw_logo()
        self.assertEqual(count(), before + 1)

    def _draw_logo(self):
        from PIL import Image

        content = io.BytesIO()
        Image.new("RGB", (300, 90), (17, 94, 163)).save(content, "PNG")
        return base64.b64encode(content.getvalue())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestInvoiceDocumentUse(InvoiceReportCommon, HttpCase):
    """It is the document of invoices of services, and of no others."""

    def _download(self, move, role="portal", query="report_type=pdf&download=true"):
        login = self.users[role].login
        self.authenticate(login, login)
        return self.url_open(f"/my/invoices/{move.id}?{query}")

    def test_it_is_sent(self):
        mail = self._send(self.own)
        self.assertEqual(mail.attachment_ids.mimetype, "application/pdf")
        self.assertEqual(
            mail.attachment_ids.name,
            f"Invoice {self.own.name.replace('/', '_')}.pdf",
        )
        self.assertIn("HOW TO PAY", self._extract(mail.attachment_ids.raw))
        self.assertTrue(self.own.is_move_sent)
        self.assertEqual(self.own.invoice_pdf_report_id.raw, mail.attachment_ids.raw)

    def test_it_is_printed_without_a_warning(self):
        with self.assertNoLogs("weasyprint", "WARNING"):
            self.own._isp_print()

    def test_it_is_on_the_page_of_the_invoice_before_it_was_sent(self):
        page = self._download(self.own, query="report_type=html").text
        text = html.fromstring(page).text_content()
        self.assertIn("Amount to Pay", text)
        self.assertNotIn("Proforma", text)
        self.assertIn('<div id="wrapwrap">', page, "its height is taken from there")

    def test_the_mail_waits_in_the_queue_and_says_how_to_pay(self):
        at_once = []
        mails = self.env.registry["mail.mail"]
        self.patch(mails, "send_after_commit", lambda self: at_once.append(self))
        mail = self._send(self.own)
        self.assertFalse(at_once)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.subscriber)
        self.assertIn(self.own.name, mail.subject)
        self.assertIn("5270 123 456", mail.body_html)
        self.assertIn("05/17/2026", mail.body_html)

    def test_the_mail_is_written_in_the_language_of_the_subscriber(self):
        self.env["res.lang"]._activate_lang("id_ID")
        template = self.env.ref("isp_billing.isp_billing_mail_invoice")
        template.with_context(lang="id_ID").subject = "Tagihan {{ object.name }}"
        self.subscriber.lang = "id_ID"
        mail = self._send(self.own)
        self.assertEqual(mail.subject, f"Tagihan {self.own.name}")
        text = html.fromstring(mail.body_html).text_content()
        self.assertIn("17/05/2026", text)
        self.assertIn("Rp\N{NO-BREAK SPACE}186.194", text)
        self.assertNotIn("05/17/2026", text)

    def test_a_credit_note_is_sent_as_one(self):
        mail = self._send(self._reverse(self.own))
        self.assertIn("Credit note", mail.subject)
        self.assertIn("CREDIT NOTE", self._extract(mail.attachment_ids.raw))

    def test_nothing_is_sent_twice_or_to_nobody(self):
        other = self._create_subscription(
            partner_id=self.env["res.partner"].create({"name": "Without"}).id,
            email=False,
        )
        moves = self.own | other.first_invoice_id
        self.assertEqual(len(self._send(moves)), 1)
        self.assertEqual(len(self._send(moves)), 1)
        self.assertFalse(other.first_invoice_id.is_move_sent)

    def test_one_that_cannot_be_printed_stops_no_other(self):
        other = self._create_subscription().first_invoice_id
        broken, moves = self.own, self.own | other
        reports = self.env.registry["ir.actions.report"]
        render = reports._render_qweb_html

        def fail(self, report_ref, docids, data=None):
            if broken.id in docids:
                raise ValueError("No such font")
            return render(self, report_ref, docids, data=data)

        self.patch(reports, "_render_qweb_html", fail)
        with trap_jobs() as jobs, mute_logger("odoo.addons.isp_billing"):
            self.assertEqual(self._send(moves).mapped("res_id"), other.ids)
        (job,) = jobs.enqueued_jobs
        self.assertEqual(job.recordset, broken)
        self._assert_refused(ValueError, job.perform)
        self.assertFalse(broken.is_move_sent)

    def test_it_is_downloaded_in_the_portal(self):
        answer = self._download(self.own)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        name = f"Invoice_{self.own.name.replace('/', '_')}.pdf"
        self.assertIn(name, answer.headers["Content-Disposition"])
        text = self._extract(answer.content)
        self.assertIn("5270 123 456", text)
        self.assertIn(self.service.name, text)

    def test_what_was_sent_is_downloaded_until_something_is_paid(self):
        self._send(self.own)
        sent = self.own.invoice_pdf_report_id.raw
        self.assertEqual(self._download(self.own).content, sent)
        self._pay(self.own)
        self.assertIn("PAID", self._extract(self._download(self.own).content))
        self.assertEqual(self.own.invoice_pdf_report_id.raw, sent, "kept as sent")

    def test_it_is_shown_in_the_portal(self):
        answer = self._download(self.own, query="report_type=pdf")
        self.assertIn("inline", answer.headers["Content-Disposition"])
        self.assertIn("5270 123 456", self._extract(answer.content))

    def test_a_stranger_gets_nothing(self):
        self.users["neighbour"] = new_test_user(
            self.env, "isp_neighbour", "base.group_portal", name="Neighbour"
        )
        answer = self._download(self.own, "neighbour")
        self.assertTrue(answer.url.endswith("/my"), answer.url)
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report"):
            for role in ("neighbour", "technician"):
                login = self.users[role].login
                self.authenticate(login, login)
                answer = self.url_open(f"/report/pdf/{REPORT}/{self.own.id}")
                self.assertNotEqual(answer.status_code, 200)
        for role in ("neighbour", "sales", "technician"):
            reports = self._as(role, self.env["ir.actions.report"])
            self._assert_refused(
                AccessError, reports._render_qweb_pdf, REPORT, self.own.ids
            )

    def test_who_reads_the_books_prints_it(self):
        for role in ("accountant", "admin"):
            move = self._as(role, self.own)
            action = move.action_print_pdf()
            self.assertEqual(action["report_name"], self.report.report_name)
            content = move.env["ir.actions.report"]._render_qweb_pdf(
                action["report_name"], move.ids
            )[0]
            self.assertIn(self.service.name, self._extract(content))

    def test_odoos_own_is_not_offered_beside_it(self):
        odoo = self.env.ref("account.account_invoices")
        both = self._as("accountant", odoo | self.report)
        valid = both.get_valid_action_reports
        self.assertEqual(valid("account.move", self.own.ids), self.report.ids)
        self.assertEqual(valid("account.move", self.invoice.ids), odoo.ids)
        mixed = (self.own | self.invoice).ids
        self.assertCountEqual(valid("account.move", mixed), both.ids)

    def test_other_invoices_keep_odoos(self):
        odoo = self.env.ref("account.account_invoices")
        sender = self.env["account.move.send"]
        self.assertEqual(sender._get_default_pdf_report_id(self.invoice), odoo)
        self.assertEqual(
            self.invoice._get_mail_template(),
            self.env.ref("account.email_template_edi_invoice"),
        )
        self.assertEqual(self.invoice._get_report_base_filename(), self.invoice.name)
        self.assertNotIn(
            self.report, self.invoice._get_available_invoice_template_pdf_report_ids()
        )

    def test_a_template_chosen_for_the_customer_wins(self):
        odoo = self.env.ref("account.account_invoices")
        self.subscriber.invoice_template_pdf_report_id = odoo
        sender = self.env["account.move.send"]
        self.assertEqual(sender._get_default_pdf_report_id(self.own), odoo)
