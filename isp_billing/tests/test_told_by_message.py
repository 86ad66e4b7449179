from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .test_dunning_terms import DebtCommon


@tagged("post_install", "-at_install")
class TestToldByMessage(DebtCommon, HttpCase):
    """What a subscriber is told of his debts who asks from his phone."""

    def _tell(self, services=None):
        self.env.invalidate_all()
        services = (services or self.service).sudo().with_context(lang="en_US")
        return "\n".join(services._describe_dues_for_subscriber())

    def test_what_is_open_until_when_and_where_to_pay(self):
        text = self._tell()
        self.assertRegex(text, "Open: .*111.000")
        self.assertIn(self.invoice.name, text)
        link = text[text.index("http") :].split()[0]
        path = link[link.index("/my/invoices") :]
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertIn(self.invoice.name, self.url_open(path).text)

    def test_nothing_is_open(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice)
        text = self._tell()
        self.assertIn("Nothing is open", text)
        self.assertNotIn(self.invoice.name, text)

    def test_a_draft_and_the_debts_of_others_are_not_told(self):
        other = self._create_subscription(
            partner_id=self.env["res.partner"].create({"name": "Budi"}).id,
            contact_name="Budi",
            phone="+62 812-9999-000",
        )
        self.assertNotIn(self.invoice.name, self._tell(other))
        self.invoice.button_draft()
        self.assertNotIn("111", self._tell())

    def test_the_debts_of_a_former_holder_are_not_his(self):
        self.service.sudo().partner_id = self.env["res.partner"].create(
            {"name": "Budi", "phone": "+62 812-9999-000"}
        )
        self.assertNotIn(self.invoice.name, self._tell())

    def test_who_is_isolated_for_them_is_told_so(self):
        self.service._suspend("overdue")
        service = self.service.with_context(lang="en_US")
        text = "\n".join(service._describe_line_for_subscriber())
        self.assertIn("isolated", text)
        self.assertIn("Answer BILL", text)

    def test_the_message_of_an_invoice_leads_to_where_it_is_paid(self):
        invoice = self.invoice.sudo().with_context(lang="en_US")
        text = invoice._get_notice_text("invoice")
        link = text[text.index("http") :].split()[0]
        page = self.url_open(link[link.index("/my/invoices") :])
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)

    def test_who_paid_is_told_what_was_received(self):
        with freeze_time("2026-06-06 03:00:00"):
            payment = self._pay(self.invoice).sudo().with_context(lang="en_US")
        text = payment._get_notice_text("receipt")
        self.assertRegex(text, "received .*111.000")
        self.assertIn(payment.name, text)
        self.assertNotIn("attached", text)

    def test_a_posted_invoice_has_a_document_for_a_link(self):
        invoice = self.invoice.sudo()
        self.assertTrue(invoice._has_notice_document())
        name, content = invoice._get_notice_document()
        self.assertTrue(name.endswith(".pdf"))
        self.assertTrue(content.startswith(b"%PDF"))
        invoice.button_draft()
        self.assertFalse(invoice._has_notice_document(), "a draft is for nobody")
