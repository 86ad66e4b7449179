"""What tests of payment gateways have in common; each gateway's addon has its own."""

import json
import sys
import unittest
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, mute_logger

from odoo.addons.isp_base.tests.common import IspCommon

PROJECT = Path(__file__).resolve().parents[2]
CONTROLLER = "odoo.addons.isp_billing.controllers.gateway"
TRANSACTION = "odoo.addons.isp_billing.models.payment_transaction_gateway"
PROVIDER = "odoo.addons.payment.models.payment_provider"
ODOO = "odoo.addons.payment.models.payment_transaction"


class GatewayCommon(IspCommon, HttpCase):
    """A customer who pays by a gateway that is none, over a real socket.

    :cvar code: of the provider, of its addon's name and of its peer
    :cvar words: what the gateway calls "pending", "paid" and "expired"
    """

    code, words = "", {}

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))
        from simulator.payments.control import Background

        cls.peer = cls.enterClassContext(Background(cls.code))
        cls.rupiah = cls.env.ref("base.IDR")
        cls.rupiah.active = True
        name = f"payment_{cls.code}.payment_provider_{cls.code}"
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", cls.code), ("company_id", "=", cls.company.id)]
        ) or cls.env.ref(name).copy({"company_id": cls.company.id})
        cls.secrets = cls._get_secrets()
        cls.provider.write(
            {
                **cls.secrets,
                **cls._get_settings(),
                f"isp_{cls.code}_url": cls.peer.url,
                "state": "test",
            }
        )
        cls.qris = cls.env.ref("payment.payment_method_qris")

    @classmethod
    def _get_secrets(cls):
        """Return {field of the provider: a key that nobody reads}."""
        raise NotImplementedError

    @classmethod
    def _get_settings(cls):
        """Return what else the provider needs."""
        return {}

    @classmethod
    def _order(cls, amount=150_000, prefix="INV/2026/00001", **vals):
        """Return a transaction whose order is with the gateway."""
        transactions = cls.env["payment.transaction"]
        tx = transactions.create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.qris.id,
                "amount": amount,
                "currency_id": cls.rupiah.id,
                "partner_id": cls.subscriber.id,
                "operation": "online_redirect",
                "reference": transactions._compute_reference(cls.code, prefix),
                **vals,
            }
        )
        cls.values = tx._get_processing_values()
        return tx

    def _set(self, tx, status, **values):
        status = self.words.get(status, status)
        self.peer.run("setting", order=tx.reference, status=status, **values)

    def _describe(self, tx, **values):
        return self.peer.peer.describe(self.peer.peer.orders[tx.reference], **values)

    def _post(self, told, **headers):
        """Let the gateway tell it; return the answer."""
        hook = f"/payment/{self.code}/notification"
        return self.url_open(hook, json=told, headers=headers)

    def _notify(self, tx, status="", told=None, **values):
        """Let the gateway tell how the order is; return the HTTP status of the answer.

        :param status: how it is from now on; "" as before
        """
        if status:
            self._set(tx, status, **values)
        response = self._post(told or self._describe(tx))
        tx.invalidate_recordset()
        return response.status_code


class GatewayCases:
    """What holds for every gateway; beside GatewayCommon in a class of tests."""

    allow_inherited_tests_method = True  # Odoo runs a class's own alone

    def test_replayed_and_out_of_order(self):
        tx = self._order()
        self._set(tx, "pending")
        late = self._describe(tx)
        self._notify(tx, "paid")
        changed = tx.last_state_change
        self.assertEqual(self._notify(tx), 200)
        self.assertEqual(self._notify(tx, told=late), 200)
        self.assertEqual((tx.state, tx.last_state_change), ("done", changed))

    def test_what_is_told_is_asked_back(self):
        """Who has the key of an old notification changes nothing by it."""
        tx = self._order()
        self._set(tx, "paid")
        told = self._describe(tx)
        self._set(tx, "pending")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "pending")

    @mute_logger(CONTROLLER, PROVIDER)
    def test_it_is_told_again_when_the_gateway_cannot_be_asked(self):
        tx = self._order()
        self._set(tx, "paid")
        told = self._describe(tx)
        self.peer.peer.works = False
        self.assertEqual(self._notify(tx, told=told), 503)
        self.peer.peer.works = True
        self.assertEqual(tx.state, "draft")
        self.assertEqual(self._notify(tx, told=told), 200)
        self.assertEqual(tx.state, "done")

    def test_nothing_else_is_read(self):
        tx = self._order()
        told = self._describe(tx)
        (name,) = (name for name, value in told.items() if value == tx.reference)
        junk = [{**told, name: reference} for reference in ({"a": 1}, "a\0b", None)]
        for body in (["no object"], *junk):
            self.assertEqual(self._post(body).status_code, 400)

    @mute_logger(ODOO)
    def test_a_wrong_amount_never_pays(self):
        tx = self._order()
        for _again in range(2):
            self._notify(tx, "paid", amount=1_000)
            self.assertEqual(tx.state, "error")
        paid = self._order()
        self._notify(paid, "paid")
        self._notify(paid, "expired", amount=1_000)
        self.assertEqual(paid.state, "done")

    def test_expired_and_paid_all_the_same(self):
        tx = self._order()
        self._notify(tx, "expired")
        self.assertEqual(tx.state, "cancel")
        self._notify(tx, "paid")
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)

    def test_who_comes_back_is_not_believed(self):
        tx = self._order()
        self._set(tx, "pending")
        paid = self.words["paid"]
        path = f"/payment/{self.code}/return?order_id={tx.reference}"
        self.url_open(f"{path}&transaction_status={paid}", allow_redirects=False)
        tx.invalidate_recordset()
        self.assertEqual(tx.state, "draft")

    def test_amounts_are_whole_rupiah(self):
        for amount in (150_000.75, -150_000.75):
            tx = self.env["payment.transaction"].new({"amount": amount})
            self.assertEqual(tx._isp_get_whole_rupiah(), 150_000)

    def test_nobody_reads_a_secret(self):
        shown = json.dumps(self.provider.read(), default=str)
        for name, key in self.secrets.items():
            self.assertEqual(self.provider._isp_get_secret(name), key)
            self.assertNotIn(key, shown)
            self.assertNotIn(name, self._get_columns())
            for user in (self.manager, self.admin, self.employee, self.portal):
                provider = self.provider.with_user(user)
                with self.assertRaises(AccessError):
                    provider.read([name])
                with self.assertRaises(AccessError):
                    provider.isp_reveal(name)

    def _get_columns(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'payment_provider'"
        )
        return [name for (name,) in self.env.cr.fetchall()]

    def test_the_log_has_no_key(self):
        with self.assertLogs("odoo.addons.payment", "DEBUG") as logs:
            tx = self._order()
            self._notify(tx, "paid")
        for key in self.secrets.values():
            self.assertNotIn(key, "\n".join(logs.output))

    def test_a_provider_without_a_key_is_not_switched_on(self):
        for name in self.secrets:
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.provider[name] = False
                self.provider.state = "enabled"

    def test_the_keys_are_forgotten(self):
        self.provider.action_reset_credentials()
        for name in self.secrets:
            self.assertFalse(self.provider._isp_get_secret(name))

    def test_what_an_order_is_called(self):
        for prefix in ("INV/2026/00001", "Tagihan élan (Mei) & Juni", "I" * 90, None):
            reference = self._order(prefix=prefix).reference
            self.assertRegex(reference, r"^[A-Za-z0-9._~-]{5,50}$")
        names = {self._order(prefix="INV/1").reference for _number in range(12)}
        self.assertEqual(len(names), 12)

    def test_rupiah_alone(self):
        self.assertEqual(self.provider.available_currency_ids, self.rupiah)

    @mute_logger(PROVIDER)
    def test_an_answer_that_cannot_be_read(self):
        self.peer.peer.works = False
        self.addCleanup(setattr, self.peer.peer, "works", True)
        self.assertEqual(self._order().state, "error")
