import re
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models import isp_portal_claim
from .common import PortalCommon

CLAIM = "/my/services/claim"
CODE = "/my/services/claim/code"


@tagged("post_install", "-at_install")
class TestClaim(PortalCommon):
    """B1: a service joins an account by a code sent to the address on file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = new_test_user(
            cls.env,
            "isp_fresh",
            "base.group_portal",
            name="Fresh",
            email="fresh@pelanggan.example",
        )
        cls.users["fresh"] = cls.fresh
        cls.mine = cls._create_active_service()
        cls.owner = cls.mine.partner_id

    def _ask(self, role="fresh", **typed):
        """Ask for the code; return the page and the mails that went out for it."""
        values = {
            "service_number": self.mine.name,
            "contact": self.mine.email,
            **typed,
        }
        page = self._open(CLAIM, role)
        return self._mail(self._send, page, "isp_claim_form", **values)

    def _get_code(self, mails):
        return re.match(r"\d{6}", mails.subject).group()

    def _type(self, page, code):
        return self._send(page, "isp_code_form", code=code)

    def _get_wrong(self, code):
        return f"{(int(code) + 1) % 10**6:06d}"

    def test_the_code_gives_the_service(self):
        page, mails = self._ask()
        self.assertEqual(mails.email_to, self.mine.email)
        self.assertNotIn(self.mine.email, page.text)
        code = self._get_code(mails)
        page = self._type(page, f" {code[:3]} {code[3:]} ")
        self.assertTrue(page.url.endswith(self.mine.access_url), page.url)
        self.env.invalidate_all()
        self.assertEqual(self.fresh.partner_id, self.owner)
        self.assertIn("isp_fresh", self.mine.message_ids[:1].body)

    def test_who_asks_for_a_code_does_not_read_its_mail(self):
        _page, mails = self._ask()
        message = self._as("fresh", mails.mail_message_id)
        self._assert_refused(AccessError, message.read, ["subject", "body"])

    def test_the_phone_on_file_does_as_well(self):
        phone = self.mine.phone.replace("+62 ", "0").replace("-", " ")
        page, mails = self._ask(contact=phone, service_number=self.mine.name.lower())
        self.assertEqual(mails.email_to, self.mine.email)
        self._type(page, self._get_code(mails))
        self.env.invalidate_all()
        self.assertEqual(self.fresh.partner_id, self.owner)

    def test_the_answer_is_the_same_whether_the_service_exists_or_not(self):
        pages = []
        for typed in (
            {},
            {"contact": "fresh@pelanggan.example"},
            {"contact": "%"},
            {"contact": "+62"},
            {"service_number": "SUB999999"},
            {"service_number": "%"},
        ):
            page, mails = self._ask(**typed)
            self.assertEqual(bool(mails), not typed, typed)
            self.assertTrue(page.url.endswith(CODE))
            text = self._read(page)
            number = typed.get("service_number", self.mine.name)
            pages.append(text.replace(number, "NUMBER"))
            self.env["isp.throttle"].search([]).unlink()
        self.assertEqual(len(set(pages)), 1, set(pages))

    def test_wrong_codes_are_counted(self):
        page, mails = self._ask()
        code = self._get_code(mails)
        wrong = self._get_wrong(code)
        for number in range(isp_portal_claim.MAX_ATTEMPTS):
            answer = self._type(page, wrong)
            last = number == isp_portal_claim.MAX_ATTEMPTS - 1
            expected = "wrong too often" if last else "not the code"
            self.assertIn(expected, self._read(answer))
        self.assertIn("wrong too often", self._read(self._type(page, code)))
        self.env.invalidate_all()
        self.assertNotEqual(self.fresh.partner_id, self.owner)

    def test_codes_for_nothing_are_counted_alike(self):
        page, _mails = self._ask(service_number="SUB999999")
        for _number in range(isp_portal_claim.MAX_ATTEMPTS):
            answer = self._type(page, "000000")
        self.assertIn("wrong too often", self._read(answer))

    def test_a_code_is_valid_for_a_quarter_of_an_hour(self):
        page, mails = self._ask()
        with freeze_time(datetime.now() + timedelta(minutes=16)):
            answer = self._type(page, self._get_code(mails))
        self.assertIn("15 minutes are over", self._read(answer))
        self.env.invalidate_all()
        self.assertNotEqual(self.fresh.partner_id, self.owner)

    def test_a_code_is_of_the_account_that_asked_for_it(self):
        _page, mails = self._ask()
        self._ask("neighbour", service_number="SUB999999")
        self._type(self._open(CODE, "neighbour"), self._get_code(mails))
        self.env.invalidate_all()
        self.assertNotIn(self.neighbour.partner_id, self.owner | self.fresh.partner_id)

    def test_a_code_works_once(self):
        page, mails = self._ask()
        code = self._get_code(mails)
        self._type(page, code)
        self.assertIn("No code is awaited", self._read(self._type(page, code)))

    def test_the_code_is_kept_as_a_hash(self):
        _page, mails = self._ask()
        claim = self.env["isp.portal.claim"].search([], limit=1)
        self.assertNotIn(self._get_code(mails), claim.sudo().code_hash)
        self.assertEqual(len(claim.sudo().code_hash), 64)

    def test_codes_are_asked_for_five_times_a_day(self):
        for _number in range(isp_portal_claim.PER_USER):
            self.assertTrue(self._ask()[1])
        page, mails = self._ask()
        self.assertIn("often today", self._read(page))
        self.assertFalse(mails)
        page, mails = self._ask("neighbour")
        self.assertNotIn("often today", self._read(page), "but it says nothing of it")
        self.assertFalse(mails, "nor for one service")

    def test_who_knows_a_number_alone_blocks_nobody(self):
        for _number in range(isp_portal_claim.PER_SERVICE):
            self.assertFalse(self._ask("neighbour", contact="x@example.com")[1])
        self.assertTrue(self._ask()[1])

    def test_wrong_claims_do_not_use_up_the_codes_of_all(self):
        self.patch(isp_portal_claim, "IN_TOTAL", 2)
        for _number in range(3):
            self._ask("neighbour", contact="x@example.com")
        self.assertTrue(self._ask()[1])

    def test_the_owner_is_not_blocked_by_others(self):
        for _number in range(isp_portal_claim.PER_SERVICE):
            self._ask("neighbour")
        self.assertFalse(self._ask()[1], "another's account")
        self.fresh.email = self.mine.email
        self.assertTrue(self._ask()[1])

    def test_an_invitation_that_was_never_followed_gives_way(self):
        invited = new_test_user(self.env, "isp_invited", "base.group_portal")
        unused = invited.partner_id
        invited.partner_id = self.owner
        unused.active = False
        page, mails = self._ask()
        page = self._type(page, self._get_code(mails))
        self.assertTrue(page.url.endswith(self.mine.access_url), page.url)
        self.env.invalidate_all()
        self.assertEqual(self.owner.user_ids, self.fresh)
        self.assertFalse(invited.active)

    def test_an_account_that_is_there_already_is_named_after_the_code_only(self):
        self._open("/my")  # it is in use
        page, mails = self._ask(
            service_number=self.service.name, contact=self.subscriber.email
        )
        text = self._read(self._type(page, self._get_code(mails)))
        self.assertIn("in another account already: i***@…", text)
        self.assertNotIn(self.portal.login, text)
        self.env.invalidate_all()
        self.assertFalse(self.fresh.partner_id.isp_service_ids)

    def test_people_of_a_company_become_its_contacts(self):
        company = self.env["res.partner"].create(
            {
                "name": "Warung",
                "is_company": True,
                "email": "warung@pelanggan.example",
                "phone": "+62 812-3456-7999",
            }
        )
        shop = self._create_active_service(partner_id=company.id)
        page, mails = self._ask(service_number=shop.name, contact=company.email)
        page = self._type(page, self._get_code(mails))
        self.assertTrue(page.url.endswith(shop.access_url), page.url)
        self.env.invalidate_all()
        self.assertEqual(self.fresh.partner_id.parent_id, company)
        self.assertEqual(self.fresh.partner_id.name, "Fresh")

    def test_accounts_with_services_of_their_own_are_joined_by_the_office(self):
        page, mails = self._ask("neighbour")
        text = self._read(self._type(page, self._get_code(mails)))
        self.assertIn("Our office joins", text)
        self.env.invalidate_all()
        self.assertEqual(self.neighbour.partner_id.isp_service_ids, self.other)
        asked = self.mine.activity_search(["mail.mail_activity_data_todo"])
        self.assertEqual(asked.summary, "Join a portal account")

    def test_a_contact_does_not_open_the_services_of_his_company(self):
        company = self.env["res.partner"].create({"name": "PT", "is_company": True})
        self.owner.parent_id = company
        page, mails = self._ask()
        text = self._read(self._type(page, self._get_code(mails)))
        self.assertIn("Our office joins", text)
        self.env.invalidate_all()
        self.assertNotEqual(self.fresh.commercial_partner_id, company)

    def test_forms_that_lack_something(self):
        for typed in ({"service_number": " "}, {"contact": ""}):
            page, mails = self._ask(**typed)
            self.assertIn("Please fill this in", self._read(page))
            self.assertFalse(mails)
        answer = self._post(CLAIM, "fresh", service_number="\0", contact="\0" * 9)
        self.assertIn("Please fill this in", self._read(answer))
        self.assertIn("No code is awaited", self._read(self._open(CODE, "fresh")))

    def test_visitors_are_asked_to_log_in(self):
        for path in (CLAIM, CODE):
            self.assertIn("/web/login", self._open(path, None).url)

    def test_neither_claims_nor_signups_are_read_by_others(self):
        for model in ("isp.portal.claim", "isp.portal.signup", "isp.throttle"):
            for role in ("portal", "public", "sales", "technician", "admin", "manager"):
                records = self._as(role, self.env[model])
                allowed = self.users[role].has_group("base.group_system")
                self.assertEqual(records.has_access("read"), allowed, (model, role))
