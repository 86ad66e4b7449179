from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal

ON_DASHBOARD = 5  # of each list


class IspDashboardPortal(IspPortal):
    @http.route()
    def home(self, **kwargs):
        response = super().home(**kwargs)
        response.qcontext.update(self._prepare_dashboard_values())
        return response

    def _prepare_dashboard_values(self) -> dict:
        """Return what the dashboard of /my shows.

        Hook: whoever adds a block to the template `portal_my_home` adds its values by
        super(). `isp_dashboard` (bool) says whether there is a dashboard at all: for
        employees only when they are customers too.
        """
        services = (
            request.env["isp.service"]
            .sudo()
            .search(
                Domain(self._get_my_services_domain())
                & Domain("state", "not in", ["terminated", "cancelled"]),
                limit=ON_DASHBOARD,
            )
        )
        return {
            "isp_services": services,
            "isp_dashboard": request.env.user.share or bool(services),
        }
