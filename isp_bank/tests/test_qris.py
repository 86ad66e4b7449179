from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.isp_billing.tests.test_portal_billing import NOW as PORTAL_NOW
from odoo.addons.isp_billing.tests.test_portal_billing import PortalCommon

from .. import qris
from .common import NOW, BankCommon

FIELDS = {
    "00": "01",
    "01": "11",
    "26": "0016COM.EXAMPLE.WWW0118936000000000000000",
    "52": "4814",
    "53": "360",
    "58": "ID",
    "59": "WARGA NET",
    "60": "BANDUNG",
}
CODE = qris.write(FIELDS)


@tagged("post_install", "-at_install")
class TestQrisText(BaseCase):
    """The pure part: no database."""

    def _refuse(self, text, reason):
        with self.assertRaises(qris.NotQris) as caught:
            qris.read(text)
        self.assertEqual(str(caught.exception), reason)

    def test_the_checksum_is_the_one_of_the_standard(self):
        self.assertEqual(qris.checksum("123456789"), "29B1")

    @given(st.integers(1, 10**13 - 1))
    def test_an_amount_is_added_and_all_else_stays(self, amount):
        changed = {**FIELDS, "01": "12", "54": str(amount)}
        self.assertEqual(qris.read(qris.with_amount(CODE, amount)), changed)

    @given(st.integers(0, len(CODE) - 1), st.characters(codec="ascii"))
    def test_no_typing_error_passes(self, place, character):
        wrong = CODE[:place] + character + CODE[place + 1 :]
        if wrong.strip().upper() != CODE.upper():
            with self.assertRaises(qris.NotQris):
                qris.read(wrong)

    @given(st.text(max_size=60))
    def test_any_other_text_is_refused(self, text):
        with self.assertRaises(qris.NotQris):
            qris.read(text)

    def test_it_says_what_is_wrong(self):
        self._refuse("https://example.com", "fields")
        self._refuse(CODE[:-6], "fields")
        self._refuse(CODE[:-4] + "0000", "crc")
        self._refuse(
            qris.write({k: v for k, v in FIELDS.items() if k != "26"}), "missing"
        )
        self._refuse(qris.write({**FIELDS, "58": "SG"}), "country")
        self._refuse(qris.write({**FIELDS, "53": "702"}), "country")

    def test_no_tip_is_asked_and_an_amount_is_needed(self):
        tip = qris.write({**FIELDS, "55": "01"})
        self.assertNotIn("55", qris.read(qris.with_amount(tip, 200_123)))
        for amount in (0, -1, 10**13):
            with self.assertRaises(qris.NotQris):
                qris.with_amount(CODE, amount)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestQrisOfInvoice(BankCommon):
    def _get_code(self, move):
        accounts = {a["journal_id"]: a for a in move._isp_get_bank_accounts()}
        return accounts[self.bank.id]["qris"]

    def test_the_code_has_the_unique_amount(self):
        self.bank.isp_qris = CODE
        move = self._bill(self.budi)
        fields = qris.read(self._get_code(move))
        self.assertEqual(fields["54"], f"{self._get_row(self.budi).amount:.0f}")

    def test_without_unique_amounts_it_is_what_is_open(self):
        self.bank.write({"isp_qris": CODE, "isp_unique_amounts": False})
        move = self._bill(self.budi)
        self.assertEqual(qris.read(self._get_code(move))["54"], "200000")

    def test_no_code_where_the_account_has_none(self):
        self.assertIsNone(self._get_code(self._bill(self.budi)))

    def test_what_is_no_qris_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "typing error"):
            self.bank.isp_qris = CODE[:-4] + "0000"


@tagged("post_install", "-at_install")
@freeze_time(PORTAL_NOW)
class TestQrisIsShown(PortalCommon):
    def test_on_the_document_and_the_page_in_the_portal(self):
        document, path = self._render(), self.invoice.get_portal_url()
        self.assertNotIn('alt="QRIS"', document)
        self.assertNotIn("isp_qris", self._open(path).text)
        self.bank.isp_qris = CODE
        accounts = self.invoice._isp_get_bank_accounts()
        [account] = [account for account in accounts if account["qris"]]
        picture = self.invoice._isp_draw_qris(account)
        self.assertTrue(picture.startswith("data:image/png;base64,"))
        self.assertIn(picture, self._render())
        self.assertIn(picture, self._open(path).text)

    def test_on_a_receipt_while_something_is_owed(self):
        self.bank.isp_qris = CODE
        payment = self._pay(self.invoice, 1_000)
        accounts = self.invoice._isp_get_bank_accounts()
        [account] = [account for account in accounts if account["qris"]]
        self.assertEqual(
            qris.read(account["qris"])["54"], f"{self.invoice.amount_residual:.0f}"
        )
        picture = self.invoice._isp_draw_qris(account)
        for paper in ("isp_receipt", "isp_receipt_roll"):
            self.assertIn(picture, self._render(payment, paper))
        rest = self._pay(self.invoice, self.invoice.amount_residual)
        for paper in ("isp_receipt", "isp_receipt_roll"):
            self.assertNotIn('alt="QRIS"', self._render(rest, paper))

    def _render(self, record=None, report="isp_invoice"):
        reports = self.env["ir.actions.report"]
        document, _kind = reports._render_qweb_html(
            f"isp_billing.{report}", (record or self.invoice).ids
        )
        return document.decode()
