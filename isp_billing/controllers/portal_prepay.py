from contextlib import suppress

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal import IspBillingPortal


class IspPrepayPortal(IspBillingPortal):
    """Several months paid at once, by the subscriber himself."""

    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        mine = self._may_prepay(service)
        values["prepaid_move"] = mine and service._get_open_prepayment()
        values["may_prepay"] = mine and bool(service._get_prepay_offers())
        return values

    def _may_prepay(self, service):
        """Whether the visitor pays for this service, and may do so ahead."""
        visitor = request.env.user.partner_id.commercial_partner_id
        return (
            service.company_id.sudo().isp_prepay_in_portal
            and service.partner_id.commercial_partner_id == visitor
        )

    def _get_my_prepayable(self, service_id):
        service = self._get_my_service(service_id)
        return service.filtered(self._may_prepay)

    @http.route(
        ["/my/services/<int:service_id>/prepay"],
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_prepay(self, service_id, offer_id=None, **_post):
        """Show what may be paid at once; bill what was chosen and go to its page."""
        service = self._get_my_prepayable(service_id)
        offers = service and service._get_prepay_offers()
        if not offers:
            return request.redirect(f"/my/services/{service_id}")
        if request.httprequest.method == "POST":
            chosen = offers.filtered(lambda offer: str(offer.id) == offer_id)
            if chosen:
                # Who has pressed twice finds on the page what he has ordered.
                with suppress(UserError):
                    move = service._prepay(chosen)
                    return request.redirect(move.get_portal_url(anchor="isp_payment"))
            return request.redirect(f"/my/services/{service_id}")
        values = {
            "service": service,
            "page_name": "isp_service",
            "described": [service._describe_prepayment(offer) for offer in offers],
        }
        return request.render("isp_billing.portal_my_prepay", values)

    @http.route(
        ["/my/services/<int:service_id>/prepay/withdraw"],
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_withdraw_prepayment(self, service_id, **_post):
        service = self._get_my_prepayable(service_id)
        move = service and service._get_open_prepayment()
        if move and move._isp_may_be_withdrawn():
            move._isp_withdraw()
        return request.redirect(f"/my/services/{service_id}")
