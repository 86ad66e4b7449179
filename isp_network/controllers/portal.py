from functools import partial

from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal

from ..sizes import format_bytes

PORTAL_DAYS = 30


class IspNetworkPortal(IspPortal):
    """Whether the subscriber is online, and what he used, day by day."""

    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        if service.state == "active":
            days = service._get_traffic_by_day(PORTAL_DAYS)[service]
            sessions = request.env["isp.session"].sudo()._get_open(service)
            values.update(
                session_count=len(sessions[service.id]),
                quota=service.sudo()._get_quotas().get(service.sudo()),
                traffic_days=days,
                traffic_peak=max(row["download"] + row["upload"] for row in days),
                format_bytes=partial(format_bytes, request.env),
            )
        return values
