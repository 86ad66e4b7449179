import base64
from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.tests.common import PNG

from .test_portal_billing import NOW, PortalCommon

METHOD = "qris_test"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTransferQr(PortalCommon):
    """B9: bank transfer with a QR code, where a method of Odoo's is set up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.qr_code = True
        cls.users["neighbour"] = new_test_user(
            cls.env, "isp_neighbour", "base.group_portal"
        )
        cls.move = cls.invoice
        cls.move.partner_bank_id = cls.bank.bank_account_id
        cls.qr_path = f"/my/invoices/{cls.move.id}/transfer_qr"

    @contextmanager
    def _with_method(self, **answer):
        """A method that is set up; its provider is not asked."""
        uri = f"data:image/png;base64,{PNG.decode()}"
        banks = self.env.registry["res.partner.bank"]
        methods = [(METHOD, "QRIS", 1)]
        field = self.env.registry["account.move"]._fields["qr_code_method"]
        with (
            patch.object(banks, "_get_available_qr_methods", lambda _self: methods),
            patch.object(
                banks, "build_qr_code_base64", **(answer or {"return_value": uri})
            ),
            patch.object(field, "selection", [(METHOD, "QRIS")]),
        ):
            yield

    def test_a_code_is_shown_where_a_method_is_set_up(self):
        with self._with_method():
            page = self._open(self.move.get_portal_url())
            self.assertIn('id="isp_transfer_qr"', page.text)
            answer = self._open(self.qr_path)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertEqual(answer.content, base64.b64decode(PNG))

    def test_without_a_method_the_account_is_enough(self):
        page = self._open(self.move.get_portal_url())
        self.assertNotIn("isp_transfer_qr", page.text)
        self.assertIn("5270 123 456", self._read(page))
        self.assertEqual(self._open(self.qr_path).status_code, 404)

    def test_a_provider_that_does_not_answer_breaks_nothing(self):
        for error in (ValidationError("No"), ConnectionError("Down")):
            with (
                self._with_method(side_effect=error),
                mute_logger("odoo.addons.isp_billing.controllers.portal_transfer_qr"),
            ):
                self.assertEqual(self._open(self.qr_path).status_code, 404)

    def test_only_of_ones_own_open_invoices(self):
        with self._with_method():
            self.assertEqual(self._open(self.qr_path, "neighbour").status_code, 404)
            self._pay(self.move)
            self.assertEqual(self._open(self.qr_path).status_code, 404)
