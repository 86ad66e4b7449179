from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.res_users import ResUsers

from .common import PortalCommon

MODULE = "odoo.addons.isp_portal.models.res_users_login"


@tagged("post_install", "-at_install")
class TestLoginTries(PortalCommon, HttpCase):
    """Passwords are not tried without end, and no answer tells an account apart."""

    def setUp(self):
        super().setUp()
        # Odoo counts in each process, from ten on: what is tested is counted by all.
        always = patch.object(ResUsers, "_on_login_cooldown", lambda *a: False)
        always.start()
        self.addCleanup(always.stop)

    def _try(self, login, password="wrong"):
        """Return what the page of the log-in says, or "" when it lets in."""
        self.opener.cookies.clear()
        page = self.url_open("/web/login").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"login": login, "password": password, "csrf_token": token}
        answer = self.url_open("/web/login", data=data).text
        if 'class="alert alert-danger"' not in answer:
            return ""
        return answer.split('class="alert alert-danger"')[1].split("</p>")[0]

    def _try_session(self, login, password):
        """Return the answer of the log-in of apps: whose session it is."""
        self.opener.cookies.clear()
        params = {"db": self.env.cr.dbname, "login": login, "password": password}
        answer = self.url_open("/web/session/authenticate", json={"params": params})
        return answer.json().get("result", {}).get("uid")

    def _try_rpc(self, login, password):
        params = {
            "service": "common",
            "method": "authenticate",
            "args": [self.env.cr.dbname, login, password, {}],
        }
        with mute_logger("odoo.addons.rpc.controllers.jsonrpc"):
            answer = self.url_open("/jsonrpc", json={"params": params})
        return answer.json().get("result")

    def test_there_is_an_end_for_accounts_and_for_nobody_alike(self):
        login, other = self.portal.login, self.admin.login
        for name in (login, "nobody-at-all"):
            with patch(f"{MODULE}.PER_ACCOUNT", 3), self.subTest(name=name):
                for _time in range(3):
                    self.assertIn("Wrong login/password", self._try(name))
                self.assertIn("Too many failed tries", self._try(name))
                self.assertIn("Too many failed tries", self._try(name.upper()))
        with patch(f"{MODULE}.PER_ACCOUNT", 3):
            self.assertIn("Too many", self._try(login, login), "the right one too")
            with mute_logger("odoo.http"):
                self.assertFalse(self._try_session(login, login))
            self.assertFalse(self._try(other, other), "others are let in")
        self.assertTrue(self._try_session(login, login))

    def test_there_is_an_end_for_an_address(self):
        other = self.admin.login
        with patch(f"{MODULE}.PER_ADDRESS", 3):
            for number in range(3):
                self.assertIn("Wrong", self._try(f"nobody{number}"))
                if number < 2:  # which makes nothing forgotten
                    self.assertFalse(self._try(other, other))
            self.assertIn("Too many failed tries", self._try(other, other))

    def test_there_is_an_end_for_rpc(self):
        login, other = self.portal.login, self.admin.login
        with patch(f"{MODULE}.PER_ACCOUNT", 3):
            for _time in range(3):
                self.assertFalse(self._try_rpc(login, "wrong"))
            self.assertFalse(self._try_rpc(login, login))
            self.assertTrue(self._try_rpc(other, other))
            self.assertFalse(self._try(login, login), "pages let him in")

    def test_nobody_takes_as_long_as_somebody(self):
        context = type(self.env["res.users"]._crypt_context())
        for login in (self.portal.login, "nobody-at-all"):
            with (
                patch.object(context, "hash", autospec=True) as hashed,
                patch.object(
                    context, "verify_and_update", return_value=(False, None)
                ) as verified,
            ):
                self._try_rpc(login, "wrong")
            self.assertEqual(hashed.call_count + verified.call_count, 1, login)
