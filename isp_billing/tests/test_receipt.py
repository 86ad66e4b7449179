import io

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_invoice_report import NOW, InvoiceReportCommon

SHEET, ROLL = "isp_billing.isp_receipt_report", "isp_billing.isp_receipt_roll_report"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReceipt(InvoiceReportCommon):
    """What an office hands out for what a subscriber has paid."""

    def _render_receipt(self, payment, report=SHEET):
        reports = self._as("accountant", self.env["ir.actions.report"])
        content = reports._render_qweb_pdf(report, payment.ids)[0]
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)
        return self._extract(content)

    def _get_mails(self, payment):
        return self.env["mail.mail"].search(
            [("model", "=", payment._name), ("res_id", "in", payment.ids)]
        )

    def test_both_sizes_say_what_was_paid(self):
        payment = self._pay(self.own, 200_000)
        for report in (SHEET, ROLL):
            text = self._render_receipt(payment, report)
            for part in (
                payment.name,
                self.company.name,
                self.subscriber.name,
                self.own.name,
                "Rp 186,194",
                "On account",
                "Rp 13,806",
                "Rp 200,000",
                "two hundred thousand",
                self.users["accountant"].name,
            ):
                with self.subTest(report=report, part=part):
                    self.assertIn(part.lower(), text.lower())

    def test_in_the_words_of_the_subscriber(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.subscriber.lang = "id_ID"
        text = self._render_receipt(self._pay(self.own, 200_000))
        self.assertIn("dua ratus ribu", text.lower())

    def test_the_buttons(self):
        payment = self._pay(self.own)
        self.assertTrue(payment.isp_has_receipt)
        action = payment.action_isp_print_receipt()
        self.assertEqual(action["report_name"], "isp_billing.isp_receipt")
        action = payment.action_isp_print_roll()
        self.assertEqual(action["report_name"], "isp_billing.isp_receipt_roll")
        payment.action_isp_send_receipt()
        mail = self._get_mails(payment)
        self.assertEqual(mail.recipient_ids, self.subscriber)
        self.assertEqual(len(mail.attachment_ids), 1)

    def test_none_for_what_was_not_received(self):
        draft = self._as("accountant", self.env["account.payment"]).create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.subscriber.id,
                "amount": 1_000,
            }
        )
        self._assert_refused(UserError, draft.action_isp_print_receipt)

    def test_sent_by_itself_where_the_company_says_so(self):
        self.assertFalse(self._get_mails(self._pay(self.own, 50_000)))
        self.company.isp_send_receipts = True
        self.assertEqual(len(self._get_mails(self._pay(self.own, 50_000))), 1)

    def test_what_a_receipt_was_given_for_stays(self):
        """The customer has the paper: a mistake is cancelled, and made anew."""
        payment = self._pay(self.own, 50_000)
        payment.amount = 60_000
        self._render_receipt(payment)
        self.env.invalidate_all()
        other = self.env["res.partner"].create({"name": "Somebody else"})
        vals = {"amount": 1_000, "partner_id": other.id, "name": "X", "memo": "other"}
        for state in ("posted", "draft"):
            for role in ("accountant", "manager"):
                for name, value in vals.items():
                    with self.subTest(state=state, role=role, name=name):
                        act = self._as(role, payment).write
                        if name == "memo":
                            act({name: value})
                            continue
                        said = self._assert_refused(UserError, act, {name: value})
                        self.assertIn("Cancel it", said)
            if state == "posted":
                payment = self._as("accountant", payment)
                payment.action_draft()
        self._assert_refused(UserError, payment.unlink)
        payment.action_cancel()
        self._assert_refused(UserError, payment.unlink)
        self.assertEqual(payment.amount, 60_000)

    def test_a_sent_receipt_was_given_too(self):
        payment = self._pay(self.own, 50_000)
        payment.action_isp_send_receipt()
        self._assert_refused(UserError, payment.write, {"amount": 1})
