from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.isp_service_invoices import HELP_ACTIVITY
from .portal import IspBillingPortal


class IspPlanPortal(IspBillingPortal):
    """Another plan, chosen by the subscriber himself."""

    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        mine = self._pays_for(service)
        values["may_change_plan"] = mine and bool(service._get_portal_plans())
        values["may_keep_plan"] = mine and bool(service.next_plan_id)
        return values

    def _pays_for(self, service):
        visitor = request.env.user.partner_id.commercial_partner_id
        return service.partner_id.commercial_partner_id == visitor

    @http.route(
        ["/my/services/<int:service_id>/plan"],
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_plan(self, service_id, plan_id=None, when=None, **_post):
        """Show the plans, then what the chosen one costs, then change to it."""
        service = self._get_my_service(service_id).filtered(self._pays_for)
        plans = service and service._get_portal_plans()
        if not plans:
            return request.redirect(f"/my/services/{service_id}")
        chosen = plans.filtered(lambda plan: str(plan.id) == plan_id)
        problem = choices = None
        if request.httprequest.method == "POST":
            # Who has pressed twice finds on the page what he has chosen.
            if chosen and when in ("now", "period"):
                _done, problem = self._try_plan(service, "_choose_plan", chosen, when)
            if not problem:
                return request.redirect(f"/my/services/{service_id}")
        elif chosen:
            choices, problem = self._try_plan(service, "_describe_plan_change", chosen)
        if problem:
            chosen = plans.browse()
        values = {
            "service": service,
            "page_name": "isp_service",
            "chosen": chosen and service._describe_plan(chosen),
            "choices": choices,
            "plans": [service._describe_plan(plan) for plan in plans],
            "problem": problem,
        }
        return request.render("isp_billing.portal_my_plan", values)

    def _try_plan(self, service, method, *args):
        """Return (what a method of the service gives, why it cannot be as text). What
        is wrong in the office is for the office: tell it, and keep nothing else."""
        try:
            with request.env.cr.savepoint():
                return getattr(service, method)(*args), None
        except UserError as error:
            note = request.env._("A plan could not be changed in the portal: %s", error)
            service._ask_person(HELP_ACTIVITY, "billing", note)
            return None, request.env._(
                "The plan could not be changed. Nothing was changed; we have been "
                "told, and will look after it. Please try again later, or contact us."
            )

    @http.route(
        ["/my/services/<int:service_id>/plan/withdraw"],
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_withdraw_plan(self, service_id, **_post):
        service = self._get_my_service(service_id).filtered(self._pays_for)
        if service.next_plan_id:
            service._withdraw_plan()
        return request.redirect(f"/my/services/{service_id}")
