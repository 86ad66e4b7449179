from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.auth_signup.models.res_partner import SignupError

from ..forms import read_text

FIELDS = ("name", "email", "phone", "service_number")
TRAP = "homepage"  # filled in by programs only


class IspSignupHome(AuthSignupHome):
    """B1: a visitor gets an account after he has confirmed his e-mail address.

    Odoo's own page is shown to a visitor with the token of an invitation, and to
    everybody where the setting `isp_confirmed_signup` is off.
    """

    @http.route()
    def web_auth_signup(self, *args, **kwargs):
        qcontext = self.get_auth_signup_qcontext()
        ours = qcontext.get("signup_enabled") and self._is_confirmed()
        if qcontext.get("token") or not ours:
            return super().web_auth_signup(*args, **kwargs)
        typed = {name: read_text(kwargs, name) for name in FIELDS}
        values = {"typed": typed, "problems": {}, "sent": False, "trap": TRAP}
        if request.httprequest.method == "POST":
            values.update(self._sign_up(typed, read_text(kwargs, TRAP)))
        return self._render("isp_portal.signup", values)

    def _is_confirmed(self):
        parameters = request.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param("isp_portal.confirmed_signup"))

    def _sign_up(self, typed, trapped):
        """Return what the page shows of a sent form: `problems` or `sent`."""
        signups = request.env["isp.portal.signup"].sudo()
        if problems := signups._get_problems(typed):
            return {"problems": problems}
        address = request.httprequest.remote_addr
        if not trapped and not signups._submit(typed, address):
            text = request.env._("Too many sign-ups. Please try again in an hour.")
            return {"problems": {"": text}}
        return {"sent": True}

    @http.route(
        "/web/signup/confirm",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def isp_confirm_signup(self, token="", **post):
        """The mail's link: opening it changes nothing, choosing a password does."""
        signup = request.env["isp.portal.signup"]._find(str(token))
        values = {"signup": signup, "token": token, "error": None}
        if signup and request.httprequest.method == "POST":
            password = str(post.get("password") or "")
            again = str(post.get("confirm_password") or "")
            values["error"] = signup._get_password_problem(password, again)
            if not values["error"]:
                try:
                    return self._create_account(signup, password)
                except SignupError as error:
                    values["error"] = str(error)
        return self._render("isp_portal.signup_confirm", values)

    def _create_account(self, signup, password):
        signup._create_account(password)
        credential = {"login": signup.email, "password": password, "type": "password"}
        request.session.authenticate(request.env, credential)
        claim = signup._claim_service()
        return request.redirect("/my/services/claim/code" if claim else "/my")

    def _render(self, template, values):
        response = request.render(template, values)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response
