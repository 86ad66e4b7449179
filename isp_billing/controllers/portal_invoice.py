from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount

from ..models.account_move import REPORT


class IspInvoicePortal(PortalAccount):
    @http.route()
    def portal_my_invoice_detail(self, invoice_id, access_token=None, **kwargs):
        """Who has a link that opens nothing any more reads how to go on; the page is
        the same when there is no such invoice."""
        if access_token and request.env.user._is_public():
            try:
                self._document_check_access("account.move", invoice_id, access_token)
            except (AccessError, MissingError):
                return request.render("isp_billing.portal_link_ended", status=404)
        return super().portal_my_invoice_detail(
            invoice_id=invoice_id, access_token=access_token, **kwargs
        )

    def _show_report(self, model, report_type, report_ref, download=False):
        """An invoice of a service is our document, to download and on its page."""
        if (
            model._name == "account.move"
            and report_type in ("html", "pdf")
            and model._isp_has_document()
        ):
            report_ref = REPORT
        return super()._show_report(model, report_type, report_ref, download)
