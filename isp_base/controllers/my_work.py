import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import file_open

from ..models.isp_work_order_plan import VISITORS
from ..my_work import get_words

SCOPE = "/my-work"
WORKER = "isp_base/static/my_work/service_worker.js"
BLUE = "#1f5fa8"


class IspMyWork(http.Controller):
    """The page that technicians work with where there is no signal: small, kept on the
    phone by a service worker of its own, with what it needs of their visits."""

    def _is_visitor(self):
        return any(map(request.env.user.has_group, VISITORS))

    def _may_open(self):
        """Whether the page is for the user at all."""
        return self._is_visitor()

    def _check_may_open(self):
        if not self._may_open():
            raise AccessError(request.env._("This page is for technicians."))

    @http.route(SCOPE, type="http", auth="user", methods=["GET"], readonly=True)
    def my_work(self, **_kwargs):
        """Show the page without any visit in it: those are kept apart from it."""
        if not self._may_open():
            raise request.not_found()
        env = request.env
        words = get_words(env)
        values = {
            "words": words,
            "words_json": json.dumps(words),
            "language": (env.lang or "en").split("_")[0],
        }
        response = request.render("isp_base.my_work_page", values)
        response.headers["Cache-Control"] = "no-cache, private"
        return response

    @http.route(
        f"{SCOPE}/service-worker.js",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
    )
    def service_worker(self, **_kwargs):
        """Give what keeps the page on the phone, for this page alone."""
        with file_open(WORKER) as file:
            script = file.read()
        return request.make_response(
            script,
            [
                ("Content-Type", "text/javascript"),
                ("Service-Worker-Allowed", SCOPE),
                ("Cache-Control", "no-cache"),
            ],
        )

    @http.route(
        f"{SCOPE}/manifest.webmanifest",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
    )
    def manifest(self, **_kwargs):
        """Say how the page is installed on a phone."""
        icons = [
            {
                "src": f"/isp_base/static/my_work/icon-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ]
        manifest = {
            "name": request.env._("My Work"),
            "short_name": request.env._("My Work"),
            "id": SCOPE,
            "scope": SCOPE,
            "start_url": SCOPE,
            "display": "standalone",
            "background_color": BLUE,
            "theme_color": BLUE,
            "icons": icons,
        }
        headers = {"Content-Type": "application/manifest+json"}
        return request.make_json_response(manifest, headers)

    @http.route(f"{SCOPE}/visits", type="jsonrpc", auth="user", readonly=True)
    def visits(self):
        """Give the user's visits as his phone keeps them."""
        self._check_may_open()
        return self._get_visits()

    def _get_visits(self):
        env = request.env
        orders, is_visitor = env["isp.work.order"], self._is_visitor()
        return {
            "uid": env.uid,
            "name": env.user.name,
            "lang": (env.lang or "en").split("_")[0],
            "visits": orders._get_phone_visits() if is_visitor else [],
            "products": orders._get_phone_products() if is_visitor else [],
            "has_orders": is_visitor,
        }

    @http.route(f"{SCOPE}/send", type="jsonrpc", auth="user")
    def send(self, uid, key, act, visit, values, base=None, written_on=None):
        """Take what was written on the phone, once.

        :param uid: whose it is: a phone may have been handed on
        :return: dict with ``status``, and with ``message`` where it was refused
        """
        self._check_may_open()
        env = request.env
        if uid != env.uid or not isinstance(visit, int) or not isinstance(act, str):
            raise AccessError(env._("This was written by somebody else."))
        entries = env["isp.outbox.entry"]
        try:
            with env.cr.savepoint():
                entries._take(key, act, visit, values, base or {}, written_on)
        except UserError as error:
            now = getattr(error, "now", None)
            return {"status": "refused", "message": str(error), "now": now}
        return {"status": "done"}
