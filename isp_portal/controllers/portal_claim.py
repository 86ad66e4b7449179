from odoo import http
from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal

from ..forms import read_text

MAX_LENGTH = 254


class IspClaimPortal(IspPortal):
    """B1: who has an account says which connection is his, and proves it."""

    def _get_claims(self):
        return request.env["isp.portal.claim"].sudo()

    @http.route(
        "/my/services/claim",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_claim_service(self, **post):
        typed = {
            name: read_text(post, name)[:MAX_LENGTH]
            for name in ("service_number", "contact")
        }
        if request.httprequest.method != "POST":
            return self._show_claim(typed)
        problems = {name: self._get_missing_text() for name in typed if not typed[name]}
        if not problems:
            user = request.env.user
            number, contact = typed.values()
            if self._get_claims()._open(user, number, contact):
                return request.redirect("/my/services/claim/code")
            problems[""] = request.env._(
                "You have asked for a code often today. Please call us, or try again "
                "tomorrow."
            )
        return self._show_claim(typed, problems)

    def _get_missing_text(self):
        return request.env._("Please fill this in.")

    def _show_claim(self, typed, problems=None):
        values = {"typed": typed, "problems": problems or {}, "page_name": "isp_claim"}
        return request.render("isp_portal.portal_claim_service", values)

    @http.route(
        "/my/services/claim/code",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_claim_code(self, **post):
        claim = self._get_claims()._find_open(request.env.user)
        if not claim:
            return self._show_code(over=True)
        if request.httprequest.method != "POST":
            return self._show_code(claim=claim)
        code = "".join(read_text(post, "code").split())
        if not claim._take_code(code):
            return self._show_code(
                claim=self._get_claims()._find_open(request.env.user), wrong=True
            )
        return self._finish(claim)

    def _show_code(self, **values):
        values = {"claim": None, "over": False, "wrong": False, **values}
        values["over"] = values["over"] or not values["claim"]
        values["page_name"] = "isp_claim"
        return request.render("isp_portal.portal_claim_code", values)

    def _finish(self, claim):
        service = claim.service_id
        outcome = claim._join(request.env.user, service)
        if outcome == "joined":
            return request.redirect(service.access_url)
        login = service.partner_id.user_ids[:1].login
        values = {
            "outcome": outcome,
            "login": claim._mask(login),
            "company": service.company_id,
            "page_name": "isp_claim",
        }
        return request.render("isp_portal.portal_claim_outcome", values)
