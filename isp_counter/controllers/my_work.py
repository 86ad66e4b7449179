from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.isp_base.controllers.my_work import IspMyWork as MyWork

from ..models.isp_collector import COLLECTOR


class IspMyWork(MyWork):
    """Collectors have those who owe on the phone, beside visits or alone."""

    def _is_collector(self):
        return request.env.user.has_group(COLLECTOR)

    def _may_open(self):
        return super()._may_open() or self._is_collector()

    def _get_visits(self):
        answer = super()._get_visits()
        if not self._is_collector():
            return answer
        stops = request.env["isp.collector"]._get_phone_stops()
        return {**answer, "visits": answer["visits"] + stops, "collects": True}

    @http.route("/my-work/numbers", type="jsonrpc", auth="user")
    def numbers(self):
        """Reserve what begins the numbers of the receipts of one more phone."""
        if not self._is_collector():
            raise AccessError(request.env._("This is for collectors."))
        return {"prefix": request.env["isp.collector.phone"]._reserve()}
