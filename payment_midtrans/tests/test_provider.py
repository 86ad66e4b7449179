from odoo.tests import mute_logger, tagged

from .. import const
from .common import MidtransCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestProvider(MidtransCommon):
    """Where an order goes to, and by which method it is paid."""

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
