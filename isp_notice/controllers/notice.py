import logging

from odoo import http
from odoo.http import request

from ..gateways import Forged

_logger = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024


class NoticeController(http.Controller):
    """What comes from outside: providers' web hooks, links to documents."""

    @http.route(
        "/isp/notice/hook/<int:gateway_id>/<string:key>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
    )
    def hook(self, gateway_id, key, **query):
        gateway = request.env["isp.notice.gateway"]._find_hook(gateway_id, key)
        if not gateway:
            raise request.not_found()
        asked = request.httprequest
        length = asked.content_length  # None: it comes in pieces, without an end
        if asked.method == "POST" and (length is None or length > LARGEST_BODY):
            return request.make_response("too large", status=413)
        try:
            if asked.method == "GET":
                return request.make_response(gateway._answer_challenge(query))
            gateway._take_hook(dict(asked.headers), asked.get_data())
        except Forged as error:
            _logger.warning("Web hook of %s refused: %s", gateway.name, error)
            return request.make_response("forged", status=403)
        return request.make_response("ok")

    @http.route(
        "/isp/notice/document/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def document(self, token):
        record = request.env["isp.notice.message"]._find_by_link(token)
        if not record:
            raise request.not_found()
        name, content = record._get_notice_document()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", http.content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
                ("Cache-Control", "private, no-store"),
                ("X-Robots-Tag", "noindex"),
            ],
        )
