import json
import time
from urllib.parse import urlsplit

from odoo.tests import mute_logger, tagged

from odoo.addons.isp_billing.tests.gateways import (
    CONTROLLER,
    ODOO,
    PROVIDER,
    TRANSACTION,
    GatewayCases,
    GatewayCommon,
)

from .. import const


@tagged("post_install", "-at_install", "isp_alone")
class TestTripay(GatewayCases, GatewayCommon):
    """What Tripay is asked for, what it tells, and what follows from it."""

    code = "tripay"
    words = {"pending": "UNPAID", "paid": "PAID", "expired": "EXPIRED"}

    @classmethod
    def _get_secrets(cls):
        return {
            "isp_tripay_api_key": cls.peer.peer.api_key,
            "isp_tripay_private_key": cls.peer.peer.private_key,
        }

    @classmethod
    def _get_settings(cls):
        return {"isp_tripay_merchant": cls.peer.peer.merchant}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscriber.email = "who.pays@example.com"

    def _post(self, told, **headers):
        body = json.dumps(told).encode()
        headers = {**self.peer.peer.sign(body), **headers}
        return self._post_raw(body, headers)

    def _post_raw(self, body, headers):
        headers = {"Content-Type": "application/json", **headers}
        hook = "/payment/tripay/notification"
        return self.url_open(hook, data=body, headers=headers)

    # Orders

    def test_an_order_is_made_and_paid(self):
        tx = self._order(150_000)
        order = self.peer.peer.orders[tx.reference]
        self.assertEqual((order.amount, order.method), (150_000, "QRIS"))
        self.assertEqual(urlsplit(order.hook).path, "/payment/tripay/notification")
        self.assertEqual(urlsplit(order.finish).path, "/payment/tripay/return")
        self.assertIn(f"/checkout/{order.number}", str(self.values))
        self.assertEqual(tx.provider_reference, order.number)
        self.assertEqual(self._notify(tx, "UNPAID"), 200)
        self.assertEqual(tx.state, "pending")
        answer = self._post(self._describe(tx))
        self.assertEqual(answer.json(), {"success": True})
        self.assertEqual(self._notify(tx, "PAID"), 200)
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)

    def test_the_fee_is_whose_the_merchant_says(self):
        for payer in ("merchant", "customer"):
            tx = self._order(150_000)
            self._notify(tx, "PAID", fee=4_250, payer=payer)
            self.assertEqual((tx.state, tx.amount), ("done", 150_000), payer)

    def test_how_long_one_can_pay(self):
        self.provider.isp_tripay_hours = 2
        order = self.peer.peer.orders[self._order().reference]
        self.assertAlmostEqual(order.expires, time.time() + 7_200, delta=600)

    def test_a_customer_without_an_address(self):
        self.subscriber.email = False
        self.company.email = "office@example.com"
        self.assertEqual(self._order().state, "draft")

    def test_every_method_has_its_channel(self):
        methods = self.provider.with_context(active_test=False).payment_method_ids
        self.assertEqual(set(methods.mapped("code")), set(const.METHODS))
        self.assertLessEqual(const.DEFAULT_METHODS, set(const.METHODS))
        for method in methods:
            self.assertIn(self.rupiah, method.supported_currency_ids)
            tx = self._order(payment_method_id=method.id)
            order = self.peer.peer.orders[tx.reference]
            self.assertEqual(order.method, const.METHODS[method.code])

    def test_where_it_goes_to(self):
        self.provider.isp_tripay_url = False
        for state, host in (("test", const.SANDBOX), ("enabled", const.PRODUCTION)):
            self.provider.state = state
            self.assertEqual(self.provider._build_request_url("x"), f"{host}/x")

    @mute_logger(PROVIDER)
    def test_a_refused_order_is_told(self):
        self.provider.isp_tripay_private_key = "another"
        tx = self._order()
        self.assertEqual(tx.state, "error")
        self.assertIn("Invalid signature", tx.state_message)

    # What is told

    @mute_logger(TRANSACTION)
    def test_a_forged_one_does_nothing(self):
        tx = self._order()
        self._set(tx, "PAID")
        body = json.dumps(self._describe(tx)).encode()
        right = self.peer.peer.sign(body)
        name = "X-Callback-Signature"
        asked = self.peer.peer.asked
        for content, headers in (
            (body, {**right, name: "0" * 64}),
            (body, {**right, name: ""}),
            (body, {}),
            (body + b" ", right),
            (body.replace(b"750", b"751"), right),
        ):
            self.assertEqual(self._post_raw(content, headers).status_code, 403)
        tx.invalidate_recordset()
        self.assertEqual((tx.state, self.peer.peer.asked), ("draft", asked))

    @mute_logger(TRANSACTION)
    def test_nobody_signs_by_an_empty_key(self):
        tx = self._order()
        self._set(tx, "PAID")
        self.provider.state = "disabled"
        self.provider.isp_tripay_private_key = False
        self.addCleanup(delattr, self.peer.peer, "private_key")
        self.peer.peer.private_key = ""
        self.assertEqual(self._notify(tx), 403)
        self.assertEqual(tx.state, "draft")

    @mute_logger(ODOO)
    def test_an_order_that_is_not_ours(self):
        tx = self._order()
        self._set(tx, "PAID")
        told = self._describe(tx, merchant_ref="INV-of-another-shop")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "draft")

    @mute_logger(CONTROLLER)
    def test_what_is_told_of_one_order_pays_no_other(self):
        paid, tx = self._order(), self._order()
        self._set(paid, "PAID")
        tx.provider_reference = paid.provider_reference
        self.assertEqual(self._notify(tx), 503)
        self.assertEqual(tx.state, "draft")

    def test_an_order_whose_answer_was_lost(self):
        tx = self._order()
        tx.provider_reference = False
        self.assertEqual(self._notify(tx, "PAID"), 200)
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.provider_reference)

    def test_a_failed_payment_and_its_second_try(self):
        tx = self._order()
        self._notify(tx, "FAILED")
        self.assertEqual(tx.state, "error")
        again = self._order()
        self._notify(again, "PAID")
        self.assertEqual(again.state, "done")

    def test_a_refund_is_booked_once(self):
        tx = self._order()
        self._notify(tx, "PAID")
        for _again in range(2):
            self.assertEqual(self._notify(tx, "REFUND"), 200)
        refund = tx.child_transaction_ids
        self.assertEqual((refund.operation, refund.state), ("refund", "done"))
        self.assertEqual((refund.amount, tx.state), (-150_000, "done"))

    def test_a_refund_is_made_on_tripay_pages_alone(self):
        self.assertEqual(self.provider.support_refund, "none")
