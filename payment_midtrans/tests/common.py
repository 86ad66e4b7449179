from odoo.addons.isp_billing.tests.gateways import GatewayCommon


class MidtransCommon(GatewayCommon):
    code = "midtrans"
    words = {"pending": "pending", "paid": "settlement", "expired": "expire"}

    @classmethod
    def _get_secrets(cls):
        return {"isp_midtrans_server_key": cls.peer.peer.server_key}
