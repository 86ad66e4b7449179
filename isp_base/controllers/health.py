import hmac
import logging
import time

from odoo import http
from odoo.http import request

from .. import health

_logger = logging.getLogger(__name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_STORE = ("Cache-Control", "no-store")
SECONDS = 5  # so old may an answer be: whoever asks often costs no more
_answers = {}  # of this process: {database: (until, state, checks)}


class IspHealth(http.Controller):
    """What a monitor asks for. It needs no account, so it is told no name and no
    number; numbers are for who has the token of the configuration."""

    @http.route(
        "/isp/health",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def health(self, **_kwargs):
        """Answer 200, or 503 when something does not work."""
        name = request.env.cr.dbname
        until, state, checks = _answers.get(name) or (0, None, None)
        now = time.monotonic()
        if now >= until:
            state, checks = request.env["isp.health.check"].sudo()._get_live_state()
            _answers[name] = (now + SECONDS, state, checks)
        return request.make_json_response(
            {"status": state, "checks": checks},
            headers=[NO_STORE],
            status=503 if state == "problem" else 200,
        )

    @http.route(
        "/isp/metrics",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def metrics(self, **_kwargs):
        """Answer with numbers for Prometheus, to who shows the token alone."""
        if not self._shows_token():
            raise request.not_found()
        metrics = request.env["isp.health.check"].sudo()._get_metrics()
        headers = [("Content-Type", METRICS_TYPE), NO_STORE]
        return request.make_response(health.render(metrics), headers)

    def _shows_token(self):
        try:
            token = health.read_token()
        except ValueError as error:
            _logger.error("%s", error)
            return False
        shown = request.httprequest.headers.get("Authorization", "")
        return bool(token) and hmac.compare_digest(
            shown.encode(), f"Bearer {token}".encode()
        )
