from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestCards(IspCommon):
    """Contact Creation, which salesmen have, changes no card of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_service()
        cls.mine.user_id = cls.users["sales"]
        cls.other = cls._create_service()
        cls.other.user_id = cls.admin
        cls.person = cls.other.partner_id

    def _assert_kept(self, role, card):
        for vals in ({"email": "evil@example.com"}, {"name": "Evil"}, {"phone": "1"}):
            with self.subTest(role=role, card=card.name, vals=vals):
                self._assert_refused(AccessError, self._as(role, card).write, vals)

    def test_a_salesman_changes_his_own_alone(self):
        self._as("sales", self.mine.partner_id).email = "siti@example.com"
        self._assert_kept("sales", self.person)
        self._as("admin", self.person).email = "budi@example.com"

    def test_who_registers_another_service_of_a_person_has_not_got_his_card(self):
        self._as("sales", self.env["isp.service"]).create(
            {
                "partner_id": self.person.id,
                "contact_name": self.person.name,
                "phone": "0812 7000 0001",
            }
        )
        self._assert_kept("sales", self.person)

    def test_a_salesman_hangs_no_card_under_those_of_others(self):
        """Who logs in by a card sees what is billed to the one above it."""
        cards = self._as("sales", self.env["res.partner"])
        free = cards.create({"name": "Contact", "email": "contact@example.com"})
        for above in (self.person, self.company.partner_id):
            vals = {"name": "Contact", "parent_id": above.id}
            self._assert_refused(AccessError, cards.create, vals)
            self._assert_refused(AccessError, free.write, {"parent_id": above.id})
        free.parent_id = self.mine.partner_id.id
        vals = {"name": "Contact", "parent_id": self.person.id}
        below = self._as("admin", self.env["res.partner"]).create(vals)
        self._assert_kept("sales", below)

    def test_cards_of_colleagues_and_companies_are_not_for_salesmen(self):
        self._assert_kept("sales", self.users["technician"].partner_id)
        self._assert_kept("sales", self.company.partner_id)
        self._as("sales", self.users["sales"].partner_id).phone = "0812 7000 0002"

    def test_a_company_changes_its_own_card_alone(self):
        self._create_other_company(("admin", "manager"))
        for role in ("admin", "manager"):
            stranger = self.as_user(self.company.partner_id, self.users_b[role])
            self._assert_refused(AccessError, stranger.write, {"name": "Evil"})
        self._as("manager", self.company.partner_id).phone = "021 7000 0003"

    def test_who_gives_rights_makes_another_company(self):
        rights = self._create_users({"rights": "base.group_erp_manager"})["rights"]
        rights.group_ids += self.env.ref("base.group_partner_manager")
        companies = self.as_user(self.env["res.company"], rights)
        made = companies.create({"name": "Cabang Baru", "city": "Bandung"})
        self.assertEqual(made.partner_id.name, "Cabang Baru")

    def test_an_account_that_is_paid_to_is_the_companys(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "5270 111 222", "partner_id": self.company.partner_id.id}
        )
        self._create_other_company(("sales", "admin", "manager"))
        for user in (self.users["sales"], *self.users_b.values()):
            seen = self.as_user(account, user)
            for vals in ({"acc_number": "99999"}, {"partner_id": user.partner_id.id}):
                self._assert_refused(AccessError, seen.write, vals)
            self._assert_refused(AccessError, seen.unlink)
            self._assert_refused(
                AccessError,
                seen.browse().create,
                {"acc_number": "9", "partner_id": self.company.partner_id.id},
            )

    def test_nobody_is_merged_away_by_a_salesman(self):
        wizard = self._as("sales", self.env["base.partner.merge.automatic.wizard"])
        both = self.person | self.mine.partner_id
        both.email = "same@example.com"
        for kept in both:
            vals = {"partner_ids": [(6, 0, both.ids)], "dst_partner_id": kept.id}
            self._assert_refused(AccessError, wizard.create, vals)
        self.assertEqual(len(both.exists()), 2)

    def test_templates_are_sent_by_code_alone(self):
        templates = self._as("admin", self.env["mail.template"])
        for name in ("send_mail", "send_mail_batch"):
            with self.assertRaises(AccessError):
                get_public_method(templates, name)
