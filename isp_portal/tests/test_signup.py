import re
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.http import Request
from odoo.tests import tagged

from ..hooks import SCOPE, post_init_hook
from ..models import isp_portal_signup
from .common import PortalCommon

LINK = re.compile(r"/web/signup/confirm\?token=[\w-]+")
PASSWORD = "kata-sandi-baru"


@tagged("post_install", "-at_install", "isp_alone")
class TestSignup(PortalCommon):
    """B1: an account for whom has proved his e-mail address, and nobody else."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _sign_up(self, **typed):
        """Send the form; return the answer and the mails that went out for it."""
        values = {
            "name": "Putri Ayu",
            "email": "putri@pelanggan.example",
            "phone": "0813 1111 2222",
            **typed,
        }
        page = self.url_open("/web/signup")
        return self._mail(self._send, page, "isp_signup_form", **values)

    def _get_link(self, mails):
        (link,) = set(LINK.findall(mails.body_html))
        return link

    def _choose(self, link, password=PASSWORD, again=None):
        """Follow the link and choose a password; return the page behind."""
        typed = {"password": password, "confirm_password": again or password}
        return self._mail(
            self._send, self.url_open(link), "isp_password_form", **typed
        )[0]

    def _get_user(self, login="putri@pelanggan.example"):
        self.env.invalidate_all()
        return self.env["res.users"].search([("login", "=", login)])

    def test_the_login_page_leads_there(self):
        self.assertIn("/web/signup", self.url_open("/web/login").text)

    def test_an_account_is_made_behind_the_link_of_the_mail(self):
        answer, mails = self._sign_up()
        self.assertIn("putri@pelanggan.example", self._read(answer))
        self.assertFalse(self._get_user(), "nothing is made before")
        self.assertEqual(mails.email_to, "putri@pelanggan.example")
        page = self._choose(self._get_link(mails))
        self.assertTrue(page.url.endswith("/my"), page.url)
        self.assertIn("isp_dashboard", page.text)
        user = self._get_user()
        self.assertTrue(user._is_portal())
        self.assertFalse(user._is_internal())
        self.assertEqual(user.name, "Putri Ayu")
        self.assertEqual(user.phone, "+62 813-1111-2222")
        self.authenticate("putri@pelanggan.example", PASSWORD)

    def test_opening_the_link_changes_nothing(self):
        link = self._get_link(self._sign_up()[1])
        for _time in range(2):
            self.assertIn("isp_password_form", self.url_open(link).text)
        self.assertFalse(self._get_user())

    def test_a_link_works_once(self):
        link = self._get_link(self._sign_up()[1])
        page = self.url_open(link)
        self._choose(link)
        user = self._get_user()
        self.authenticate(None, None)
        self.assertIn("used already", self._read(self.url_open(link)))
        fields_, action = self._get_fields(page, "isp_password_form")
        fields_.update(
            password="another-one",
            confirm_password="another-one",
            csrf_token=Request.csrf_token(self),
        )
        self.assertIn("used already", self._read(self.url_open(action, data=fields_)))
        self.assertEqual(self._get_user(), user)

    def test_a_link_is_valid_for_a_day(self):
        link = self._get_link(self._sign_up()[1])
        with freeze_time(datetime.now() + timedelta(hours=25)):
            self.assertIn("too old", self._read(self.url_open(link)))

    def test_wrong_links_are_refused(self):
        for token in ("", "x", "%00", "a" * 5000):
            page = self.url_open(f"/web/signup/confirm?token={token}")
            self.assertEqual(page.status_code, 200)
            self.assertIn("used already", self._read(page))

    def test_bad_passwords_are_explained_and_the_link_stays_good(self):
        link = self._get_link(self._sign_up()[1])
        self.assertIn("at least 8", self._read(self._choose(link, "short")))
        page = self._choose(link, PASSWORD, "another-one")
        self.assertIn("not the same", self._read(page))
        self.assertTrue(self._choose(link).url.endswith("/my"))

    def test_what_is_wrong_is_said_all_at_once_and_stays_typed(self):
        answer, mails = self._sign_up(name="", email="no address", phone="12")
        text = self._read(answer)
        for expected in ("your name", "e-mail address, like", "phone number, like"):
            self.assertIn(expected, text)
        self.assertEqual(
            self._get_fields(answer, "isp_signup_form")[0]["email"], "no address"
        )
        self.assertFalse(mails)

    def test_a_known_address_gets_the_same_page_and_another_mail(self):
        first, _mails = self._sign_up()
        answer, mails = self._sign_up(email=self.subscriber.email)
        self.assertEqual(
            self._read(answer).replace(
                self.subscriber.email, "putri@pelanggan.example"
            ),
            self._read(first),
        )
        self.assertNotIn("token", mails.body_html)
        self.assertIn("there is an account", mails.body_html)

    def test_programs_that_fill_in_everything_get_nowhere(self):
        answer, mails = self._sign_up(homepage="https://spam.example")
        self.assertIn("Look into your mailbox", self._read(answer))
        self.assertFalse(mails)
        self.assertFalse(self.env["isp.portal.signup"].search([]))

    def test_one_address_gets_three_mails_an_hour(self):
        for _number in range(isp_portal_signup.PER_EMAIL):
            self.assertTrue(self._sign_up()[1])
        answer, mails = self._sign_up(email="PUTRI@pelanggan.example ")
        self.assertIn("Too many sign-ups", self._read(answer))
        self.assertFalse(mails)
        self.assertTrue(self._sign_up(email="other@pelanggan.example")[1])
        with freeze_time(datetime.now() + timedelta(hours=1, seconds=1)):
            self.assertTrue(self._sign_up()[1])

    def test_one_computer_and_all_together_are_limited_too(self):
        throttle = self.env["isp.throttle"]
        for scope, key, limit in (
            ("signup_address", "127.0.0.1", isp_portal_signup.PER_ADDRESS),
            ("signup_total", "", isp_portal_signup.IN_TOTAL),
        ):
            with self.subTest(scope=scope), self.env.cr.savepoint() as savepoint:
                for _number in range(limit):
                    throttle._hit(scope, key, limit)
                self.assertIn("Too many sign-ups", self._read(self._sign_up()[0]))
                savepoint.rollback()

    def test_invitations_work_as_before(self):
        partner = self.env["res.partner"].create(
            {"name": "Invited", "email": "invited@pelanggan.example"}
        )
        partner.signup_prepare()
        token = partner._generate_signup_token()
        page = self.url_open(f"/web/signup?token={token}")
        self.assertIn('name="confirm_password"', page.text)

    def test_a_forged_form_makes_no_account_without_the_mail(self):
        data = {
            "login": "forged@pelanggan.example",
            "name": "Forged",
            "password": PASSWORD,
            "confirm_password": PASSWORD,
        }
        for token in ("", "garbage"):
            csrf = Request.csrf_token(self)
            self.url_open(
                "/web/signup", data={**data, "token": token, "csrf_token": csrf}
            )
            self.assertFalse(self._get_user("forged@pelanggan.example"))

    def test_sign_up_can_be_switched_off(self):
        parameters = self.env["ir.config_parameter"]
        self.assertEqual(parameters.get_param("auth_signup.invitation_scope"), "b2c")
        parameters.set_param("auth_signup.invitation_scope", "b2b")
        self.assertEqual(self.url_open("/web/signup").status_code, 404)

    def test_installing_decides_on_sign_up_only_where_nobody_has(self):
        """H6: an update of a database where it was switched off leaves it off."""
        parameters = self.env["ir.config_parameter"]
        for before, after in (("b2b", "b2b"), (False, "b2c")):
            parameters.set_param(SCOPE, before)
            post_init_hook(self.env)
            self.assertEqual(parameters.get_param(SCOPE), after)

    def test_without_confirmation_it_is_odoos_own_page(self):
        """H6: what is replaced for everybody has a switch."""
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.isp_confirmed_signup, "on, unless it is put off")
        settings.isp_confirmed_signup = False
        settings.execute()
        page = self.url_open("/web/signup")
        self.assertIn("oe_signup_form", page.text)
        self.assertNotIn("isp_signup_form", page.text)

    def test_employees_land_where_they_work(self):
        page = self.url_open("/web/login")
        (token,) = re.findall(r'name="csrf_token" value="(\w+)"', page.text)[:1]
        login = self.technician.login
        data = {"login": login, "password": login, "csrf_token": token}
        answer = self.url_open("/web/login", data=data)
        self.assertIn("/odoo", answer.url)

    # With a service number

    def test_the_address_on_file_and_the_number_give_the_service(self):
        service = self._create_active_service(email="putri@pelanggan.example")
        owner = service.partner_id
        _answer, mails = self._sign_up(service_number=f" {service.name.lower()} ")
        page = self._choose(self._get_link(mails))
        self.assertIn(service.name, self._read(page))
        user = self._get_user()
        self.assertEqual(user.partner_id, owner)
        self.assertEqual(owner.name, service.contact_name)
        partners = self.env["res.partner"].search([("name", "=", "Putri Ayu")])
        self.assertFalse(partners, "the card made at first is archived")

    def test_another_address_with_number_and_phone_needs_the_code(self):
        service = self._create_active_service(phone="+62 813-1111-2222")
        _answer, mails = self._sign_up(service_number=service.name)
        typed = {"password": PASSWORD, "confirm_password": PASSWORD}
        page = self.url_open(self._get_link(mails))
        page, mails = self._mail(self._send, page, "isp_password_form", **typed)
        self.assertTrue(page.url.endswith("/my/services/claim/code"), page.url)
        self.assertNotEqual(self._get_user().partner_id, service.partner_id)
        self.assertEqual(mails.email_to, service.email)
        code = re.match(r"\d{6}", mails.subject).group()
        page = self._send(page, "isp_code_form", code=code)
        self.assertTrue(page.url.endswith(service.access_url), page.url)
        self.assertEqual(self._get_user().partner_id, service.partner_id)

    def test_a_number_alone_gives_nothing(self):
        _answer, mails = self._sign_up(service_number=self.service.name)
        page = self.url_open(self._get_link(mails))
        typed = {"password": PASSWORD, "confirm_password": PASSWORD}
        page, mails = self._mail(self._send, page, "isp_password_form", **typed)
        self.assertTrue(page.url.endswith("/my/services/claim/code"), "as if it was")
        self.assertFalse(mails)
        self.assertFalse(self._get_user().partner_id.isp_service_ids)


@tagged("post_install", "-at_install", "isp_together")
class TestThrottle(PortalCommon):
    def test_windows_are_counted_apart_and_forgotten(self):
        throttle = self.env["isp.throttle"]
        with freeze_time("2026-05-20 10:30:00"):
            hits = [throttle._hit("scope", "a", 2) for _number in range(3)]
            self.assertEqual(hits, [True, True, False])
            self.assertTrue(throttle._hit("scope", "b", 2), "another key")
            self.assertTrue(throttle._hit("other", "a", 2), "another scope")
        with freeze_time("2026-05-20 10:59:59"):
            self.assertFalse(throttle._hit("scope", "a", 2))
        with freeze_time("2026-05-20 11:00:00"):
            self.assertTrue(throttle._hit("scope", "a", 2))
        rows = throttle.search([("scope", "=", "scope")])
        self.assertEqual(min(rows.mapped("date_start")).hour, 10)
        self.assertNotIn("a", rows.mapped("key"), "kept as a hash")
        with freeze_time("2026-05-23 10:00:00"):
            throttle._gc_windows()
        self.assertFalse(rows.exists())

    def test_old_signups_and_claims_are_forgotten(self):
        signup = self.env["isp.portal.signup"].create(
            {"name": "A", "email": "a@b.example", "phone": "+62 812"}
        )
        claim = self.env["isp.portal.claim"].create(
            {"user_id": self.portal.id, "service_number": "S", "contact": "x"}
        )
        kept = fields.Datetime.now() + timedelta(days=31)
        signup._gc_signups()
        claim._gc_claims()
        self.assertTrue(signup.exists() and claim.exists())
        with freeze_time(kept):
            signup._gc_signups()
            claim._gc_claims()
        self.assertFalse(signup.exists() or claim.exists())
