from freezegun import freeze_time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .test_invoice_report import NOW, InvoiceReportCommon

SENDING = "odoo.addons.isp_billing.models.account_move_sending"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestInvoiceByLink(InvoiceReportCommon, HttpCase):
    """V2: the PDF of a bill takes longer than the bill; it is made when it is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_invoice_mail = "link"
        cls.second = cls._create_subscription()
        cls.both = cls.own | cls.second.first_invoice_id

    def test_the_mail_has_a_link_and_the_pdf_is_made_when_it_is_opened(self):
        mail = self._send(self.own)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.subscriber)
        self.assertFalse(mail.attachment_ids)
        self.assertFalse(self.own.invoice_pdf_report_id)
        self.assertTrue(self.own.is_move_sent)
        self.assertIn("186,194", mail.body_html)
        self.assertIn(self.own.get_portal_url().replace("&", "&amp;"), mail.body_html)
        self.env.flush_all()
        url = self.own.get_portal_url(report_type="pdf", download=True)
        answer = self.url_open(url)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("186,194", self._extract(answer.content))

    def test_many_are_made_together_and_none_twice(self):
        mails = self._send(self.both)
        self.assertEqual(len(mails), 2)
        self.assertEqual(self._send(self.both), mails)

    def test_it_is_in_the_log_of_the_invoice(self):
        self._send(self.own)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.env["mail.mail"].search([("res_id", "=", self.own.id)]).send()
        bodies = "".join(self.own.message_ids.mapped("body"))
        self.assertIn("See the invoice and pay", bodies)

    def test_it_speaks_the_language_of_the_subscriber(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.env["ir.module.module"]._load_module_terms(["isp_billing"], ["id_ID"])
        self.subscriber.lang = "id_ID"
        mail = self._send(self.own)
        self.assertIn("Lihat Tagihan dan Bayar", mail.body_html)
        self.assertIn("17/05/2026", mail.body_html)

    def test_a_credit_note_brings_its_pdf(self):
        credit = self.own._reverse_moves(cancel=True)
        self.assertTrue(self._send(credit).attachment_ids)

    def test_what_cannot_be_sent_stops_no_other(self):
        template = self.env.ref("isp_billing.isp_billing_mail_invoice_link")
        template.subject = f"{{{{ 1 / (object.id - {self.both[1].id}) }}}}"
        with trap_jobs() as jobs, mute_logger(SENDING):
            self.both._isp_send()
        alone = [job.recordset for job in jobs.enqueued_jobs]
        self.assertEqual(alone, list(self.both))
        self.assertFalse(any(self.both.mapped("is_move_sent")))

    def test_with_the_pdf_as_before(self):
        self.company.isp_invoice_mail = "pdf"
        self.assertTrue(self._send(self.own).attachment_ids)
        self.assertTrue(self.own.invoice_pdf_report_id)
