from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentProvider(models.Model):
    """What gateways of Indonesia have in common: rupiah alone, answers in JSON."""

    _inherit = "payment.provider"

    @api.model
    def _isp_get_gateways(self) -> set[str]:
        """Return the codes of providers that sign what they tell, and are asked back.

        isp_billing calls it; the addon of each gateway adds its code, and answers
        `_isp_is_signed`, `_isp_ask_gateway` and `_isp_apply_told` of a transaction.
        """
        return set()

    def _isp_is_gateway(self):
        return self.code in self._isp_get_gateways()

    def _get_supported_currencies(self):
        currencies = super()._get_supported_currencies()
        if not self._isp_is_gateway():
            return currencies
        return currencies.filtered(lambda currency: currency.name == "IDR")

    def _parse_response_content(self, response, **kwargs):
        if not self._isp_is_gateway():
            return super()._parse_response_content(response, **kwargs)
        try:
            return response.json()
        except ValueError as error:
            raise ValidationError(
                self.env._("%s gave an answer that cannot be read.", self.name)
            ) from error
