from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from ..models.isp_work_order_handover import Sealed

LARGEST = 10_000_000  # bytes of a document that is compared


class IspHandoverController(http.Controller):
    @http.route("/isp/work-orders/<int:order_id>/handover", type="http", auth="user")
    def show_handover(self, order_id, **_kwargs):
        """Show the record as it will be signed."""
        order = request.env["isp.work.order"].browse(order_id)
        try:
            order.check_access("read")
            order._check_mine()
        except (AccessError, MissingError) as error:
            raise request.not_found() from error
        pdf = order.sudo()._print_handover(Sealed())
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(pdf)),
            ("Content-Disposition", "inline"),
        ]
        return request.make_response(pdf, headers)

    @http.route(
        ["/isp/verify", "/isp/verify/<string:code>"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def verify(self, code=None, **_kwargs):
        """Say of a document whether it is the one that was sealed, and nothing of what
        is in it."""
        seals = request.env["isp.handover.seal"]
        document = request.httprequest.files.get("document")
        code = code if isinstance(code, str) else None
        seal = seals._find(code=code) if code else seals.sudo().browse()
        values = {"code": code, "seal": seal, "verdict": None}
        if request.httprequest.method == "POST" and document:
            content = document.read(LARGEST + 1)
            if not code:
                seal = seals._find(content=content)
            genuine = seal and seal._is_document(content)
            values.update(verdict="genuine" if genuine else "other", seal=seal)
        elif code and not seal:
            values["verdict"] = "unknown"
        values["correction"] = values["seal"] and values["seal"]._get_correction()
        response = request.render("isp_onboarding.verify_page", values)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
