from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.isp_base.controllers.my_work import IspMyWork as MyWork

from ..models.isp_collector import COLLECTOR


class IspMyWork(MyWork):
    """Collectors have those who owe on the phone, beside visits or alone."""

    def _is_collector(self):
        return request.env.user.has_group(COLLECTOR)

    def _is_visitor(self):
        return super()._is_visitor() or self._is_collector()

    def _get_visits(self):
        env = request.env
        if super()._is_visitor():
            answer = super()._get_visits()
        else:
            answer = {
                "uid": env.uid,
                "name": env.user.name,
                "lang": (env.lang or "en").split("_")[0],
                "visits": [],
                "products": [],
                "has_orders": False,
            }
        if not self._is_collector():
            return answer
        answer["visits"] = [
            *answer["visits"],
            *env["isp.collector"]._get_phone_stops(),
        ]
        return {**answer, "collects": True}

    @http.route("/my-work/numbers", type="jsonrpc", auth="user")
    def numbers(self):
        """Reserve what begins the numbers of the receipts of one more phone."""
        if not self._is_collector():
            raise AccessError(request.env._("This is for collectors."))
        return {"prefix": request.env["isp.collector.phone"]._reserve()}
