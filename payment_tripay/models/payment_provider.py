from odoo import api, fields, models

from odoo.addons.isp_base.secret_field import Secret

from .. import const


class PaymentProvider(models.Model):
    """Tripay, by closed payment: an order is of one amount and one channel, which the
    customer has chosen in Odoo."""

    _name = "payment.provider"
    _inherit = ["payment.provider", "isp.secret.mixin"]

    code = fields.Selection(
        selection_add=[("tripay", "Tripay")], ondelete={"tripay": "set default"}
    )
    isp_tripay_merchant = fields.Char(
        "Merchant Code",
        required_if_provider="tripay",
        copy=False,
        groups="base.group_system",
    )
    isp_tripay_api_key = Secret(
        "API Key", required_if_provider="tripay", groups="base.group_system"
    )
    isp_tripay_private_key = Secret(
        "Private Key", required_if_provider="tripay", groups="base.group_system"
    )
    isp_tripay_hours = fields.Integer(
        "Time to Pay",
        groups="base.group_system",
        help="Hours until an order expires. 0: as long as Tripay's channel allows.",
    )
    isp_tripay_url = fields.Char(
        "Address of the API at Tripay",
        copy=False,
        groups="base.group_system",
        help="Empty: Tripay's own, its sandbox in the test mode.",
    )

    @api.model
    def _isp_get_gateways(self):
        return {*super()._isp_get_gateways(), "tripay"}

    def _get_default_payment_method_codes(self):
        self.ensure_one()
        if self.code != "tripay":
            return super()._get_default_payment_method_codes()
        return const.DEFAULT_METHODS

    def _get_reset_values(self):
        if self.code != "tripay":
            return super()._get_reset_values()
        return {
            "isp_tripay_merchant": False,
            "isp_tripay_api_key": False,
            "isp_tripay_private_key": False,
        }

    def _build_request_url(self, endpoint, **kwargs):
        if self.code != "tripay":
            return super()._build_request_url(endpoint, **kwargs)
        host = const.PRODUCTION if self.state == "enabled" else const.SANDBOX
        return f"{(self.isp_tripay_url or host).rstrip('/')}/{endpoint}"

    def _build_request_headers(self, method, endpoint, payload, **kwargs):
        if self.code != "tripay":
            return super()._build_request_headers(method, endpoint, payload, **kwargs)
        key = self._isp_get_secret("isp_tripay_api_key")
        return {"Accept": "application/json", "Authorization": f"Bearer {key}"}

    def _parse_response_error(self, response):
        if self.code != "tripay":
            return super()._parse_response_error(response)
        return response.json().get("message") or ""
