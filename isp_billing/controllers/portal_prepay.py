from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.isp_service_invoices import HELP_ACTIVITY
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
        """Show what may be paid at once; bill what was chosen and go to its page. What
        cannot be billed is said above what can; who has pressed twice finds on the
        page of the service what he has ordered."""
        service = self._get_my_prepayable(service_id)
        problem = None
        if service and request.httprequest.method == "POST":
            move, problem = self._order_months(service, offer_id)
            if move:
                return request.redirect(move.get_portal_url(anchor="isp_payment"))
        described, unknown = self._describe_months(service) if service else ([], None)
        problem = problem or unknown
        if not described and not problem:
            return request.redirect(f"/my/services/{service_id}")
        values = {
            "service": service,
            "page_name": "isp_service",
            "described": described,
            "problem": problem,
        }
        return request.render("isp_billing.portal_my_prepay", values)

    def _order_months(self, service, offer_id):
        """Bill the months of an offer; return (invoice, why there is none as text):
        neither when something is ordered already."""
        move = request.env["account.move"]
        if service._get_open_prepayment():
            return move, None
        offers = service._get_prepay_offers()
        chosen = offers.filtered(lambda offer: str(offer.id) == offer_id)
        if not chosen:
            gone = request.env._("That is offered no more.")
            return move, service._get_prepay_obstacle() or gone
        try:
            with request.env.cr.savepoint():
                return service._prepay(chosen), None
        except UserError as error:
            return move, self._say_unbilled(service, error)

    def _describe_months(self, service):
        """Return (what is offered, why it cannot be told as text)."""
        try:
            offers = service._get_prepay_offers()
            return [service._describe_prepayment(offer) for offer in offers], None
        except UserError as error:
            return [], self._say_unbilled(service, error)

    def _say_unbilled(self, service, error):
        """What is wrong in the office is for the office: tell it; return what the
        subscriber reads."""
        note = request.env._("Months at once could not be billed: %s", error)
        service._ask_person(HELP_ACTIVITY, "billing", note)
        return request.env._(
            "The invoice could not be made. Nothing was ordered; we have been told, "
            "and will look after it. Please try again later, or contact us."
        )

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
