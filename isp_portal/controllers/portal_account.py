from odoo import http
from odoo.http import request

from ..forms import read_text
from .portal_signup import IspSignupHome

MAX_LENGTH = 254
RESETS_PER_ADDRESS, RESETS_PER_LOGIN = 20, 3  # within an hour


class IspAccountHome(IspSignupHome):
    """Choosing another password, and confirming another e-mail address.

    No page tells whether there is an account.
    """

    def get_auth_signup_qcontext(self):
        """Odoo leads who names the address of an account to the log-in: only for who
        has the link of an invitation to it."""
        qcontext = super().get_auth_signup_qcontext()
        if not qcontext.get("token") or qcontext.get("invalid_token"):
            qcontext.pop("signup_email", None)
        return qcontext

    @http.route()
    def web_auth_reset_password(self, *args, **kwargs):
        qcontext = self.get_auth_signup_qcontext()
        login = read_text(kwargs, "login")[:MAX_LENGTH]
        enabled = qcontext.get("reset_password_enabled") and not qcontext.get("token")
        if request.httprequest.method != "POST" or not enabled or not login:
            return super().web_auth_reset_password(*args, **kwargs)
        if self._may_ask_reset(login):
            users = request.env["res.users"].sudo()
            description = request.env._("Another password for the portal")
            users.with_delay(description=description)._isp_send_reset(login)
            qcontext["message"] = request.env._(
                "If there is an account of this name, a mail is on its way to its "
                "e-mail address. Open the link in it to choose a password."
            )
        else:
            qcontext["error"] = request.env._(
                "This was asked for often. Please try again in an hour."
            )
        return self._render("auth_signup.reset_password", qcontext)

    def _may_ask_reset(self, login):
        throttle = request.env["isp.throttle"].sudo()
        address = request.httprequest.remote_addr
        within = [
            throttle._hit("reset_address", address, RESETS_PER_ADDRESS),
            throttle._hit("reset_login", login.lower(), RESETS_PER_LOGIN),
        ]
        return all(within)

    @http.route(
        "/web/email/confirm",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def isp_confirm_email(self, token="", **_post):
        """The mail's link: opening it changes nothing, pressing the button does."""
        user = request.env["res.users"]._isp_find_by_link(str(token))
        done = bool(user) and request.httprequest.method == "POST"
        if done:
            user._isp_confirm_email()
        values = {"account": user, "token": token, "done": done}
        return self._render("isp_portal.email_confirm", values)
