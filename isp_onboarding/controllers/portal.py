from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal


class IspOnboardingPortal(IspPortal):
    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        values["handover"] = self._get_handover(service)
        values["signature_problem"] = None
        values["to_take_over"] = service._get_to_take_over()
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

    @http.route(
        ["/my/services/<int:service_id>/handover/sign"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_sign_handover(self, service_id, signature="", **_kwargs):
        """Who has taken a service over signs its record."""
        service = self._get_my_service(service_id)
        if visit := service._get_to_take_over():
            drawn = signature if isinstance(signature, str) else ""
            try:
                visit._take_over(request.env.user.name, drawn)
            except UserError as error:
                values = self._prepare_my_service_values(service)
                values["signature_problem"] = str(error)
                return request.render("isp_base.portal_my_service", values)
        return request.redirect(f"/my/services/{service_id}")
