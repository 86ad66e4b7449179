from odoo import http
from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal


class IspOnboardingPortal(IspPortal):
    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        values["handover"] = self._get_handover(service)
        values["steps"] = service._get_customer_steps()
        return values

    def _get_handover(self, service):
        """Return the last handover record (ir.attachment) of a service in sudo."""
        return service.work_order_ids.handover_id.sorted("id")[-1:]

    @http.route(
        ["/my/services/<int:service_id>/handover"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_service_handover(self, service_id, **_kwargs):
        service = self._get_my_service(service_id)
        handover = self._get_handover(service) if service else None
        if not handover:
            return request.redirect("/my/services")
        stream = request.env["ir.binary"]._get_stream_from(handover)
        return stream.get_response(as_attachment=False)
