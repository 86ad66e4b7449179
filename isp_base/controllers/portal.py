from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class IspPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "isp_service_count" in counters:
            values["isp_service_count"] = (
                request.env["isp.service"]
                .sudo()
                .search_count(self._get_my_services_domain())
            )
        return values

    def _get_my_services_domain(self):
        """Portal users have no right on the model: this domain is what they see."""
        partner = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", partner.ids)]

    @http.route(
        ["/my/services", "/my/services/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_services(self, page=1, **_kwargs):
        services = request.env["isp.service"].sudo()
        domain = self._get_my_services_domain()
        pager = portal_pager(
            url="/my/services",
            total=services.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        records = services.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values()
        values.update(
            services=records,
            page_name="isp_service",
            pager=pager,
            default_url="/my/services",
        )
        return request.render("isp_base.portal_my_services", values)

    @http.route(
        ["/my/services/<int:service_id>"], type="http", auth="user", website=True
    )
    def portal_my_service(self, service_id, **_kwargs):
        service = self._get_my_service(service_id)
        if not service:
            return request.redirect("/my/services")
        return request.render(
            "isp_base.portal_my_service", self._prepare_my_service_values(service)
        )

    def _get_my_service(self, service_id):
        """Return the visitor's own service in sudo, or none."""
        domain = Domain("id", "=", service_id) & Domain(self._get_my_services_domain())
        return request.env["isp.service"].sudo().search(domain)

    def _prepare_my_service_values(self, service):
        """Return what the page of one service shows; ``service`` is in sudo."""
        values = {
            "service": service,
            "page_name": "isp_service",
            "visits": self._get_visits(service),
            "problem": None,
        }
        return self._get_page_view_values(
            service, None, values, "my_isp_services_history", False
        )

    def _get_visits(self, service):
        """Return the visits that are planned or go on, the next one first."""
        return service.work_order_ids.filtered(
            lambda order: order.state in ("scheduled", "started")
        ).sorted("planned_start")

    @http.route(
        ["/my/services/<int:service_id>/visits/<int:order_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_answer_visit(self, service_id, order_id, answer="", wish="", **_kwargs):
        """The subscriber says whether the time of a visit suits him."""
        service = self._get_my_service(service_id)
        visit = self._get_visits(service).filtered(lambda order: order.id == order_id)
        if not visit:
            return request.redirect(f"/my/services/{service_id}")
        try:
            visit._take_answer(answer == "suits", wish)
        except UserError as error:
            values = self._prepare_my_service_values(service)
            values["problem"] = str(error)
            return request.render("isp_base.portal_my_service", values)
        return request.redirect(f"/my/services/{service_id}#visit_{order_id}")
