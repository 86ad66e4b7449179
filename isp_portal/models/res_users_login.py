from contextlib import contextmanager

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import request

# Failed tries within the time, by page and by RPC: of one account from one address, and
# from one address, behind which a whole office may be
MINUTES = 15
PER_ACCOUNT, PER_ADDRESS = 10, 100


class ResUsers(models.Model):
    """Passwords are not tried without end. Odoo counts failures in each of its
    processes apart, and forgets them when somebody logs in from the same address.

    No account is locked: a stranger elsewhere keeps nobody out of his own, but for RPC
    with a password that is not known to be right.
    """

    _inherit = "res.users"

    @contextmanager
    def _assert_can_auth(self, user=None):
        """:raises AccessDenied: when too much was tried, the right password then too"""
        # Calls of RPC come without their request: Odoo does not count them at all.
        address = request.httprequest.remote_addr if request else "RPC"
        account = f"{address} {str(user).casefold()}"
        limits = {("login_account", account): PER_ACCOUNT}
        if request:
            limits["login_address", address] = PER_ADDRESS
        throttle = self.env["isp.throttle"].sudo()
        if any(
            throttle._count(*what, seconds=MINUTES * 60) >= limit
            for what, limit in limits.items()
        ):
            raise AccessDenied(
                self.env._(
                    "Too many failed tries. Please try again in %(minutes)s minutes.",
                    minutes=MINUTES,
                )
            )
        try:
            with super()._assert_can_auth(user=user):
                yield
        except AccessDenied:
            throttle._hit_apart(list(limits), seconds=MINUTES * 60)
            raise

    def _login(self, credential, user_agent_env):
        """Take as long for nobody as for somebody: Odoo hashes no password for him."""
        try:
            return super()._login(credential, user_agent_env)
        except AccessDenied:
            domain = self._get_login_domain(credential["login"])
            if not self.sudo().search_count(domain, limit=1):
                self._crypt_context().hash(credential.get("password") or "")
            raise
