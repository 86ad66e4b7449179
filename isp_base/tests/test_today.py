from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestToday(IspCommon):
    """The first page of each role: what waits for him, and where."""

    def _get_cards(self, role):
        cards = self.as_user(self.env["isp.today.card"], self.users[role])
        return {card["id"]: card for card in cards.get_cards()}

    def test_every_card_counts_for_somebody(self):
        """What addons bring names lists and filters that there are."""
        shown = set()
        for role in ("sales", "engineer", "admin", "manager"):
            shown |= self._get_cards(role).keys()
        accountants = self.env.ref("account.group_account_manager", False)
        cards = self.env["isp.today.card"].search([])
        if accountants:
            user = self._create_users({"books": "account.group_account_manager"})
            cards_of = self.as_user(cards, user["books"])
            shown |= {card["id"] for card in cards_of.get_cards()}
        self.assertEqual(cards - cards.browse(shown), cards.browse())

    def test_it_counts_what_the_list_shows(self):
        self._create_service(user_id=self.users["sales"].id)
        for role in ("sales", "admin"):
            for number, card in self._get_cards(role).items():
                with self.subTest(role=role, card=card["name"]):
                    record = self.env["isp.today.card"].browse(number)
                    record = self.as_user(record, self.users[role])
                    action = record.action_open()
                    (default,) = [
                        name
                        for name in action["context"]
                        if name.startswith("search_default_")
                    ]
                    model = self.env[action["res_model"]].with_user(self.users[role])
                    view = (action["search_view_id"] or [False])[0]
                    arch = model.get_view(view, "search")["arch"]
                    name = default.removeprefix("search_default_")
                    self.assertIn(f'name="{name}"', arch)
                    base = safe_eval(action["domain"] or "[]", {"uid": model.env.uid})
                    self.assertLessEqual(card["count"], model.search_count(base))

    def test_a_new_registration_is_counted(self):
        card = self.env.ref("isp_base.isp_today_card_registered").id
        before = self._get_cards("sales")[card]["count"]
        self._create_service(user_id=self.users["sales"].id)
        self._create_service(user_id=self.users["admin"].id)
        self.assertEqual(self._get_cards("sales")[card]["count"], before + 1, "his own")

    def test_who_is_not_concerned_sees_no_card(self):
        visits = self.env.ref("isp_base.isp_today_card_visits_late")
        self.assertNotIn(visits.id, self._get_cards("sales"))
        self.assertEqual(self._get_cards("technician"), {})
        with self.assertRaises(AccessError):
            self.as_user(visits, self.users["portal"]).action_open()
        with self.assertRaises(AccessError):
            self.as_user(visits, self.users["sales"]).name = "Mine"

    def test_a_card_of_ones_own(self):
        # Cards are of all companies: he works in all of them.
        self.users["manager"].company_ids = self.env["res.company"].search([])
        cards = self.as_user(self.env["isp.today.card"], self.users["manager"])
        vals = {
            "name": "Active",
            "action_id": self.env.ref("isp_base.isp_service_action").id,
            "group_ids": [(4, self.env.ref("isp_base.isp_base_group_manager").id)],
        }
        with self.assertRaisesRegex(ValidationError, "no filter named nothing"):
            cards.create({**vals, "filter_name": "nothing"})
        card = cards.create({**vals, "filter_name": "active_services"})
        self.assertIn(card.id, self._get_cards("manager"))
        card.active = False
        self.assertNotIn(card.id, self._get_cards("manager"))
