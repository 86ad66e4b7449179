import sys
import unittest
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase, mute_logger, tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .test_dunning_terms import DebtCommon

PROJECT = Path(__file__).resolve().parents[2]
HOOK = "/payment/xendit/webhook"


@tagged("post_install", "-at_install", "isp_together")
class TestXendit(DebtCommon, HttpCase):
    """What Odoo's own Xendit tells pays the invoice, and opens the line."""

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))
        from simulator.payments.control import Background

        cls.peer = cls.enterClassContext(Background("xendit"))
        cls.provider = cls.env.ref("payment.payment_provider_xendit").copy(
            {"company_id": cls.company.id}
        )
        cls.provider.write(
            {
                "xendit_public_key": "public",
                "xendit_secret_key": cls.peer.peer.secret_key,
                "xendit_webhook_token": cls.peer.peer.callback_token,
                "state": "test",
            }
        )
        address = patch.object(
            cls.registry["payment.provider"],
            "_build_request_url",
            lambda _provider, endpoint, **_kwargs: f"{cls.peer.url}/{endpoint}",
        )
        cls.startClassPatcher(address)

    def setUp(self):
        super().setUp()
        self.assertEqual(self._isolate("2026-06-16"), "isolated")
        self.tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_qris").id,
                "amount": self.invoice.amount_residual,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.subscriber.id,
                "operation": "online_redirect",
                "invoice_ids": self.invoice.ids,
            }
        )
        with MockRequest(self.env):
            values = self.tx._get_processing_values()
        self.assertIn("/web/invoice", str(values))

    def _tell(self, token=None, **values):
        """Let Xendit tell that it is paid; return the HTTP status, when the cron that
        was called has run."""
        told = self.peer.peer.describe(self.tx.reference, **values)
        headers = {"x-callback-token": token or self.peer.peer.callback_token}
        response = self.url_open(HOOK, json=told, headers=headers)
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        if self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]):
            self.env.flush_all()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self._before_commit()
        self.env.invalidate_all()
        return response.status_code

    def test_it_pays_and_opens_the_line(self):
        for _again in range(2):
            self.assertEqual(self._tell(), 200)
        self.assertEqual(self.service.access, "open")
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        payments = self.env["account.payment"].search(
            [("payment_transaction_id", "=", self.tx.id)]
        )
        self.assertEqual(len(payments), 1)

    @mute_logger("odoo.addons.payment_xendit.controllers.main")
    def test_a_forged_one_does_not(self):
        self.assertEqual(self._tell("another-token"), 403)
        self.assertEqual((self.tx.state, self.service.access), ("draft", "isolated"))

    def test_another_amount_does_not_pay_however_often(self):
        for _again in range(2):
            self._tell(amount=1_000)
            self.assertEqual(self.tx.state, "error")
        self.assertEqual(self.service.access, "isolated")
