from odoo.addons.account.controllers.portal import PortalAccount

from ..models.account_move import REPORT


class IspInvoicePortal(PortalAccount):
    def _show_report(self, model, report_type, report_ref, download=False):
        """An invoice of a service is our document, to download and on its page."""
        if (
            model._name == "account.move"
            and report_type in ("html", "pdf")
            and model._isp_has_document()
        ):
            report_ref = REPORT
        return super()._show_report(model, report_type, report_ref, download)
