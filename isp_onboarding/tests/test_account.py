from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestAccount(MailCase, OnboardingCommon):
    """A3: credentials, category and area; the subscriber is invited."""

    def test_category_and_area_are_asked_for_together(self):
        service = self._as("admin", self._reach("account"))
        service.write({"username": False, "password": False})
        message = self._assert_refused(UserError, service.action_account_done)
        for label in ("User Name", "Password", "Subscriber Category", "Area"):
            self.assertIn(label, message)
        self.assertEqual(service.state, "account")

    def test_credentials_are_editable(self):
        service = self._as("admin", self._reach("account"))
        service.write({"username": " Gilang.Rumah ", "password": "Rumah-Kami-77"})
        self.assertEqual(service.username, "Gilang.Rumah")
        self._take_account(service)
        self.assertEqual(service._isp_get_secret("password"), "Rumah-Kami-77")

    def test_the_step_moves_to_product(self):
        service = self._reach("account")
        self._take_account(service)
        self.assertEqual((service.state, service.turn), ("product", "office"))

    def test_the_subscriber_is_invited_by_mail(self):
        service = self._reach("account", email="gilang@subscriber.example")
        with self.mock_mail_gateway():
            self._take_account(service)
        user = service.sudo().partner_id.user_ids
        self.assertEqual(user.login, "gilang@subscriber.example")
        self.assertTrue(user._is_portal())
        self.assertEqual(len(self._mails), 1)
        self.assertIn("gilang@subscriber.example", self._mails[0]["email_to"][0])
        self.assertIn("signup", self._mails[0]["body"])
        self.assertIn("gilang@subscriber.example", self._get_messages(service))

    def test_without_mail_the_step_goes_on_and_says_so(self):
        service = self._reach("account", email=False)
        self._take_account(service)
        self.assertEqual(service.state, "product")
        self.assertFalse(service.sudo().partner_id.user_ids)
        self.assertIn("no valid e-mail", self._get_messages(service))

    def test_an_address_of_another_account_is_told(self):
        new_test_user(self.env, "taken@subscriber.example", groups="base.group_portal")
        service = self._reach("account", email="taken@subscriber.example")
        self._take_account(service)
        self.assertEqual(service.state, "product")
        self.assertFalse(service.sudo().partner_id.user_ids)
        self.assertIn("another account", self._get_messages(service))

    def test_who_has_an_account_is_not_invited_again(self):
        service = self._reach("account", partner_id=self.portal.partner_id.id)
        with self.mock_mail_gateway():
            self._take_account(service)
        self.assertEqual(service.state, "product")
        self.assertEqual(service.sudo().partner_id.user_ids, self.portal)
        self.assertFalse(self._mails)
        self.assertIn("portal account already", self._get_messages(service))

    def test_the_invitation_does_not_show_the_password_of_the_line(self):
        service = self._reach("account", email="gilang@subscriber.example")
        password = self._as("admin", service)._isp_get_secret("password")
        with self.mock_mail_gateway():
            self._take_account(service)
        self.assertNotIn(password, self._get_messages(service))
        self.assertNotIn(password, self._mails[0]["body"])
