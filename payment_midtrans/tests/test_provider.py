import json

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import mute_logger, tagged

from .. import const
from .common import MidtransCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestProvider(MidtransCommon):
    """Who sees the server key, what an order is called, and where it goes to."""

    def test_nobody_reads_the_server_key(self):
        key = self.peer.peer.server_key
        self.assertEqual(self.provider._isp_get_secret("isp_midtrans_server_key"), key)
        self.assertNotIn(key, json.dumps(self.provider.read(), default=str))
        self.assertNotIn("isp_midtrans_server_key", self._get_columns())
        for user in (self.manager, self.admin, self.employee, self.portal):
            provider = self.provider.with_user(user)
            with self.assertRaises(AccessError):
                provider.read(["isp_midtrans_server_key"])
            with self.assertRaises(AccessError):
                provider.isp_reveal("isp_midtrans_server_key")

    def _get_columns(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'payment_provider'"
        )
        return [name for (name,) in self.env.cr.fetchall()]

    def test_the_log_has_no_key(self):
        with self.assertLogs("odoo.addons.payment", "DEBUG") as logs:
            tx = self._order()
            self._notify(tx, "settlement")
        self.assertNotIn(self.peer.peer.server_key, "\n".join(logs.output))

    def test_a_provider_without_its_key_is_not_switched_on(self):
        with self.assertRaises(ValidationError):
            self.provider.isp_midtrans_server_key = False
            self.provider.state = "enabled"

    def test_the_key_is_forgotten(self):
        self.provider.action_reset_credentials()
        self.assertFalse(self.provider._isp_get_secret("isp_midtrans_server_key"))

    def test_what_an_order_is_called(self):
        for prefix in ("INV/2026/00001", "Tagihan élan (Mei) & Juni", "I" * 90, None):
            reference = self._order(prefix=prefix).reference
            self.assertRegex(reference, r"^[A-Za-z0-9._~-]{5,50}$")
        names = {self._order(prefix="INV/1").reference for _number in range(12)}
        self.assertEqual(len(names), 12)

    def test_rupiah_alone(self):
        self.assertEqual(self.provider.available_currency_ids, self.rupiah)

    def test_where_it_goes_to(self):
        self.provider.isp_midtrans_url = False
        for state, hosts in (("test", const.SANDBOX), ("enabled", const.PRODUCTION)):
            self.provider.state = state
            for part, host in hosts.items():
                url = self.provider._build_request_url(f"{part}/x")
                self.assertEqual(url, f"{host}/{part}/x")

    def test_every_method_has_its_name_there(self):
        methods = self.provider.with_context(active_test=False).payment_method_ids
        self.assertEqual(set(methods.mapped("code")), set(const.METHODS))

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_a_refused_order_is_told(self):
        self.provider.isp_midtrans_server_key = "SB-wrong"
        tx = self._order()
        self.assertEqual(tx.state, "error")
        self.assertIn("Access denied", tx.state_message)
        self.peer.peer.works = False
        self.addCleanup(setattr, self.peer.peer, "works", True)
        self.assertEqual(self._order().state, "error")
