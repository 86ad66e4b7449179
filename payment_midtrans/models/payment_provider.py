from odoo import api, fields, models
from odoo.tools.urls import urljoin

from odoo.addons.isp_base.secret_field import Secret

from .. import const
from ..controllers.main import NOTIFICATION


class PaymentProvider(models.Model):
    """Midtrans, by Snap: its customers choose on its own page how they pay."""

    _name = "payment.provider"
    _inherit = ["payment.provider", "isp.secret.mixin"]

    code = fields.Selection(
        selection_add=[("midtrans", "Midtrans")],
        ondelete={"midtrans": "set default"},
    )
    isp_midtrans_server_key = Secret(
        "Server Key", required_if_provider="midtrans", groups="base.group_system"
    )
    isp_midtrans_url = fields.Char(
        "Address of the API",
        copy=False,
        groups="base.group_system",
        help="Empty: Midtrans' own, its sandbox in the test mode.",
    )

    def _compute_feature_support_fields(self):
        result = super()._compute_feature_support_fields()
        ours = self.filtered(lambda provider: provider.code == "midtrans")
        ours.support_refund = "partial"
        return result

    @api.model
    def _isp_get_gateways(self):
        return {*super()._isp_get_gateways(), "midtrans"}

    def _get_default_payment_method_codes(self):
        self.ensure_one()
        if self.code != "midtrans":
            return super()._get_default_payment_method_codes()
        return const.DEFAULT_METHODS

    def _get_reset_values(self):
        if self.code != "midtrans":
            return super()._get_reset_values()
        return {"isp_midtrans_server_key": False}

    # What is sent

    def _build_request_url(self, endpoint, **kwargs):
        if self.code != "midtrans":
            return super()._build_request_url(endpoint, **kwargs)
        hosts = const.PRODUCTION if self.state == "enabled" else const.SANDBOX
        base = self.isp_midtrans_url or hosts[endpoint.partition("/")[0]]
        return f"{base.rstrip('/')}/{endpoint}"

    def _build_request_headers(self, method, endpoint, payload, **kwargs):
        if self.code != "midtrans":
            return super()._build_request_headers(method, endpoint, payload, **kwargs)
        hook = urljoin(self.get_base_url(), NOTIFICATION)
        return {"Accept": "application/json", "X-Override-Notification": hook}

    def _build_request_auth(self, **kwargs):
        if self.code != "midtrans":
            return super()._build_request_auth(**kwargs)
        return self._isp_get_secret("isp_midtrans_server_key"), ""

    def _parse_response_error(self, response):
        if self.code != "midtrans":
            return super()._parse_response_error(response)
        content = response.json()
        return ", ".join(
            content.get("error_messages") or [content.get("status_message", "")]
        )
