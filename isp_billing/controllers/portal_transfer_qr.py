import base64
import logging

from odoo import http
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .portal_confirmation import IspConfirmationPortal

_logger = logging.getLogger(__name__)


class IspTransferQrPortal(IspConfirmationPortal):
    """Odoo's QR code of a transfer (QRIS and others) on the page of an invoice.

    Some methods ask a provider over the network, so it is an image of its own: the
    page does not wait for it, and shows the bank account anyway.
    """

    def _prepare_confirmation_values(self, invoice):
        values = super()._prepare_confirmation_values(invoice)
        values["has_qr"] = self._has_transfer_qr(invoice)
        return values

    def _has_transfer_qr(self, invoice):
        """Whether a method is set up that suits bank account, customer and currency."""
        bank = invoice.partner_bank_id
        return invoice.display_qr_code and any(
            not bank._get_error_messages_for_qr(
                method, invoice.partner_id, invoice.currency_id
            )
            for method, _label in bank.get_available_qr_methods_in_sequence()
        )

    @http.route("/my/invoices/<int:invoice_id>/transfer_qr", type="http", auth="public")
    def portal_transfer_qr(self, invoice_id, access_token=None, **_kwargs):
        invoice = self._get_my_invoice(invoice_id, access_token)
        picture = invoice and self._render_transfer_qr(invoice.sudo())
        if not picture:
            raise request.not_found()
        return request.make_response(picture, [("Content-Type", "image/png")])

    def _render_transfer_qr(self, invoice):
        """Return it as PNG; None: there is none, or its provider does not answer."""
        if not invoice._isp_is_open() or not self._has_transfer_qr(invoice):
            return None
        try:
            with request.env.cr.savepoint():
                uri = invoice.with_context(is_online_qr=True)._generate_qr_code(
                    silent_errors=True
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the invoice beside it keeps its method too: Odoo tries again
        except Exception:  # a provider that fails, or no library that draws codes
            _logger.warning("No QR code for invoice %s", invoice.id, exc_info=True)
            return None
        return uri and base64.b64decode(uri.partition(",")[2])
