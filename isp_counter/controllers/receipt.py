from odoo import http
from odoo.http import request

REPORTS = {
    "roll": "isp_billing.isp_receipt_roll_report",
    "sheet": "isp_billing.isp_receipt_report",
}


class IspCounterReceipt(http.Controller):
    """The receipt of what was taken, for who may see the taking: a cashier reads no
    payments."""

    @http.route(
        "/isp_counter/receipt/<int:taking_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def receipt(self, taking_id, **_kwargs):
        taking = request.env["isp.taking"].browse(taking_id).exists()
        if not taking or not taking.has_access("read"):
            raise request.not_found()
        content = taking._render_receipt(REPORTS[taking._get_paper()])
        return self._show(content, taking._get_file_name())

    @http.route(
        "/isp_counter/out/<int:out_id>", type="http", auth="user", methods=["GET"]
    )
    def out(self, out_id, **_kwargs):
        """The page to sign for cash that was taken out of a drawer."""
        out = request.env["isp.cash.out"].browse(out_id).exists()
        if not out or not out.has_access("read"):
            raise request.not_found()
        report = "isp_counter.isp_cash_out_report"
        content = request.env["ir.actions.report"]._render_qweb_pdf(report, out.ids)[0]
        return self._show(content, f"{out.name}.pdf")

    def _show(self, content, name):
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", f'inline; filename="{name}"'),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)
