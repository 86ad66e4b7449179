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
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", f'inline; filename="{taking._get_file_name()}"'),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)
