import re

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.isp_base.tests.common import GROUPS

from .common import PortalCommon

NEW = "baru@pelanggan.example"
OLD = "portal@pelanggan.example"
LINK = re.compile(r"/web/email/confirm\?token=[\w=-]+")


class AccountCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscriber.email = OLD
        cls.env["res.users.log"].with_user(cls.portal).sudo().create({})
        cls.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")

    def _readdress(self, user, email=NEW):
        """Change the address as this user; return {address: mail} of what went out."""
        with self.mock_mail_gateway(), self._mails_at_once():
            self.as_user(self.subscriber, user).write({"email": email})
        return {mail.email_to: mail for mail in self._new_mails}


@tagged("post_install", "-at_install")
class TestReaddress(AccountCommon):
    """S2-9: an account is whose address it was."""

    def test_who_cannot_see_the_services_does_not_write_the_address(self):
        other = new_test_user(
            self.env,
            "isp_sales_other",
            GROUPS["sales"],
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.service.write({"user_id": self.sales.id, "owns_partner": True})
        with self.assertRaises(AccessError):
            self._readdress(other)
        with self.assertRaises(AccessError):
            self.as_user(self.subscriber, other).write({"email": False})
        self._readdress(self.sales)
        self.assertEqual(self.subscriber.email, NEW)

    def test_a_contact_without_an_account_is_written_as_ever(self):
        contact = self.env["res.partner"].create({"name": "C", "email": "c@x.example"})
        self.as_user(contact, self.sales).write({"email": "d@x.example"})
        self.assertEqual(contact.email, "d@x.example")

    def test_the_old_address_is_told_and_the_new_one_asked(self):
        mails = self._readdress(self.admin)
        self.assertEqual(set(mails), {OLD, NEW})
        self.assertFalse(LINK.search(mails[OLD].body_html))
        self.assertTrue(LINK.search(mails[NEW].body_html))

    def test_another_password_goes_to_the_confirmed_address(self):
        link = LINK.search(self._readdress(self.admin)[NEW].body_html)[0]
        self.assertEqual(self._ask_reset(NEW), [OLD])
        self.authenticate(None, None)
        page = self.url_open(link)
        self.assertTrue(self.portal._isp_email_waits(), "opening it changes nothing")
        self._send(page, "isp_email_form")
        self.env.invalidate_all()
        self.assertFalse(self.portal._isp_email_waits())
        self.assertIn(NEW, self._ask_reset(NEW)[0])

    def _ask_reset(self, login):
        with self.mock_mail_gateway():
            self.env["res.users"]._isp_send_reset(login)
        return [mail["email_to"][0] for mail in self._mails]

    def test_a_forged_or_old_link_confirms_nothing(self):
        link = LINK.search(self._readdress(self.admin)[NEW].body_html)[0]
        self._readdress(self.admin, "lain@pelanggan.example")
        self.authenticate(None, None)
        for path in (
            link,
            f"{link[:-4]}AAAA",
            "/web/email/confirm?token=%00",
            link[:40],
        ):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200, path)
            self.assertNotIn("isp_email_form", page.text)
        self.assertTrue(self.portal._isp_email_waits())

    def test_an_account_that_nobody_has_used_is_invited_anew(self):
        self.assertFalse(self.neighbour.login_date)
        partner = self.neighbour.partner_id
        self.as_user(partner, self.admin).write({"email": NEW})
        self.assertFalse(self.neighbour._isp_email_waits())


@tagged("post_install", "-at_install", "isp_alone")
class TestReset(AccountCommon):
    """S3-11: the page tells nobody who has an account, and floods no mailbox."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _ask(self, login):
        return self._mail(self._post, "/web/reset_password", None, login=login)

    def test_it_answers_the_same_for_all(self):
        pages = []
        for login in (self.portal.login, OLD, "nobody@x.example", "x' OR 1=1"):
            answer, _mails = self._ask(login)
            self.assertEqual(answer.status_code, 200)
            pages.append(self._read(answer).replace(login, ""))
        self.assertEqual(len(set(pages)), 1)

    def test_who_has_an_account_gets_the_mail(self):
        self._ask(self.portal.login)
        (mail,) = self._mails
        self.assertIn(OLD, mail["email_to"][0])

    def test_it_is_limited_for_each_account(self):
        sent = 0
        for number in range(12):
            login = (self.portal.login, OLD, self.portal.login.upper())[number % 3]
            sent += len(self._ask(login)[1])
        self.assertLessEqual(sent, 3)

    def test_it_is_limited_for_each_address(self):
        for number in range(21):
            answer, _mails = self._ask(f"nobody{number}@x.example")
        self.assertIn("in an hour", self._read(answer))

    def test_the_address_of_an_invitation_tells_nothing(self):
        for page in ("reset_password", "signup"):
            answers = [
                self.url_open(f"/web/{page}?signup_email={email}&token={token}").url
                for email in (OLD, "nobody@x.example")
                for token in ("", "forged")
            ]
            self.assertFalse([url for url in answers if "/web/login" in url], page)
