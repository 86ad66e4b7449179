from urllib.parse import urlsplit

from odoo.tests import mute_logger, tagged

from .common import MidtransCommon

CONTROLLER = "odoo.addons.payment_midtrans.controllers.main"
TRANSACTION = "odoo.addons.payment_midtrans.models.payment_transaction"
PROVIDER = "odoo.addons.payment.models.payment_provider"
ODOO = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install", "isp_alone")
class TestNotifications(MidtransCommon):
    """What Midtrans tells, and what follows from it."""

    def test_an_order_is_made_and_paid(self):
        tx = self._order(150_000)
        order = self.peer.peer.orders[tx.reference]
        self.assertEqual(order.amount, 150_000)
        self.assertEqual(order.methods, ["other_qris"])
        self.assertEqual(urlsplit(order.hook).path, "/payment/midtrans/notification")
        self.assertIn(f"/snap/v4/redirection/{order.token}", str(self.values))
        self.assertEqual(self._notify(tx, "pending"), 200)
        self.assertEqual(tx.state, "pending")
        self.assertEqual(self._notify(tx, "settlement"), 200)
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(tx.provider_reference, f"0000-{order.token}")

    def test_amounts_are_whole_rupiah(self):
        for amount in (150_000.75, -150_000.75):
            tx = self.env["payment.transaction"].new({"amount": amount})
            self.assertEqual(tx._isp_get_whole_rupiah(), 150_000)

    def test_replayed_and_out_of_order(self):
        tx = self._order()
        self._set(tx, "pending")
        late = self._describe(tx)
        self._notify(tx, "settlement")
        changed = tx.last_state_change
        self.assertEqual(self._notify(tx), 200)
        self.assertEqual(self._notify(tx, told=late), 200)
        self.assertEqual((tx.state, tx.last_state_change), ("done", changed))

    @mute_logger(TRANSACTION)
    def test_a_forged_one_does_nothing(self):
        tx = self._order()
        self._set(tx, "settlement")
        told = self._describe(tx)
        asked = self.peer.peer.asked
        unsigned = {k: v for k, v in told.items() if k != "signature_key"}
        for forged in (
            {**told, "signature_key": told["signature_key"][:-1] + "é"},
            {**told, "signature_key": "0" * 128},
            {**told, "gross_amount": "1.00"},
            unsigned,
        ):
            self.assertEqual(self._notify(tx, told=forged), 403)
        self.assertEqual((tx.state, self.peer.peer.asked), ("draft", asked))
        for junk in (["no object"], {"order_id": {"a": 1}}, {"order_id": "a\0b"}):
            self.assertEqual(self._notify(tx, told=junk), 400)

    @mute_logger(TRANSACTION)
    def test_nobody_signs_by_an_empty_key(self):
        tx = self._order()
        self._set(tx, "settlement")
        told = self._describe(tx)
        told["signature_key"] = self._sign_by("", told)
        self.provider.state = "disabled"
        self.provider.isp_midtrans_server_key = False
        self.assertEqual(self._notify(tx, told=told), 403)
        self.assertEqual(tx.state, "draft")

    def _sign_by(self, key, told):
        peer = type(self.peer.peer)()
        peer.server_key = key
        return peer.sign(told)

    def test_what_is_told_is_asked_back(self):
        """Who has the key of an old notification changes nothing by it."""
        tx = self._order()
        self._set(tx, "pending")
        told = self._describe(tx, transaction_status="settlement")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "pending")

    @mute_logger(CONTROLLER, PROVIDER)
    def test_it_is_told_again_when_midtrans_cannot_be_asked(self):
        tx = self._order()
        self._set(tx, "settlement")
        told = self._describe(tx)
        self.peer.peer.works = False
        self.assertEqual(self._notify(tx, told=told), 503)
        self.peer.peer.works = True
        self.assertEqual(tx.state, "draft")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "done")

    @mute_logger(ODOO)
    def test_an_order_that_is_not_ours(self):
        tx = self._order()
        self._set(tx, "settlement")
        told = self._describe(tx, order_id="payment_notif_test_G000000000")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "draft")

    @mute_logger(ODOO)
    def test_a_wrong_amount_never_pays(self):
        tx = self._order()
        for _again in range(2):
            self._notify(tx, "settlement", amount=1_000)
            self.assertEqual(tx.state, "error")
        paid = self._order()
        self._notify(paid, "settlement")
        self._notify(paid, "cancel", amount=1_000)
        self.assertEqual(paid.state, "done")

    def test_expired_and_paid_all_the_same(self):
        tx = self._order()
        self._notify(tx, "expire")
        self.assertEqual(tx.state, "cancel")
        self._notify(tx, "settlement")
        self.assertEqual(tx.state, "done")

    def test_refused_and_tried_again(self):
        tx = self._order()
        for status, state in (
            ("deny", "error"),
            ("pending", "pending"),
            ("failure", "error"),
            ("settlement", "done"),
        ):
            self._notify(tx, status)
            self.assertEqual(tx.state, state, status)

    def test_a_suspected_fraud_waits_for_a_person(self):
        tx = self._order()
        self._notify(tx, "capture", fraud="challenge")
        self.assertEqual(tx.state, "pending")
        self.assertTrue(tx.state_message)
        self._notify(tx, "capture", fraud="accept")
        self.assertEqual(tx.state, "done")
        other = self._order()
        self._notify(other, "capture", fraud="deny")
        self.assertEqual(other.state, "error")

    def test_what_is_taken_back_pays_nothing(self):
        for status in ("cancel", "chargeback"):
            tx = self._order()
            self._notify(tx, "settlement")
            self._notify(tx, status)
            self.assertEqual(tx.state, "cancel", status)

    def test_a_refund_of_midtrans_pages_is_booked_once(self):
        tx = self._order()
        self._notify(tx, "settlement")
        for amount, key in ((50_000, "half"), (100_000, "rest")):
            order = tx.reference
            self.peer.run("give_back", order=order, amount=amount, key=key)
            for _again in range(2):
                self.assertEqual(self._notify(tx), 200)
        refunds = tx.child_transaction_ids
        self.assertEqual(refunds.mapped("operation"), ["refund"] * 2)
        self.assertEqual(sorted(refunds.mapped("amount")), [-100_000, -50_000])
        self.assertEqual(set(refunds.mapped("state")), {"done"})
        self.assertEqual(tx.state, "done")

    def test_a_refund_of_odoo_is_booked_once(self):
        tx = self._order()
        self._notify(tx, "settlement")
        refund = tx._refund(40_000)
        self.assertEqual((refund.state, refund.amount), ("done", -40_000))
        self.assertEqual(self._notify(tx), 200)
        self.assertEqual(tx.child_transaction_ids, refund)
        refused = tx._refund(140_000)
        self.assertEqual(refused.state, "error")

    def test_who_comes_back_is_not_believed(self):
        tx = self._order()
        self._set(tx, "pending")
        path = f"/payment/midtrans/return?order_id={tx.reference}"
        self.url_open(f"{path}&transaction_status=settlement", allow_redirects=False)
        tx.invalidate_recordset()
        self.assertEqual(tx.state, "draft")
