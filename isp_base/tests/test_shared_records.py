from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon

# What is shared where it belongs to no company, with what one needs to make it; models
# of addons on top count where they are installed.
SHARED = {
    "isp.area": {},
    "isp.lost.reason": {},
    "isp.subscriber.category": {},
    "product.template": {
        "is_internet_plan": True,
        "isp_download_mbps": 10,
        "isp_upload_mbps": 10,
    },
    "isp.billing.schedule": {},
    "isp.repair.cause": {},
    "helpdesk.ticket.category": {},
    "helpdesk.ticket.team": {},
}


@tagged("post_install", "-at_install")
class TestSharedRecords(IspCommon):
    """What belongs to no company is read by all and written by who works in all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_other_company(("manager",))
        cls.manager_b = cls.users_b["manager"]
        cls.platform = cls._create_users(
            {"platform": "isp_base.isp_base_group_manager"},
            company_id=cls.company.id,
            company_ids=[Command.set(cls.env["res.company"].search([]).ids)],
        )["platform"]
        cls.kinds = {n: vals for n, vals in SHARED.items() if n in cls.env}

    def _make(self, name, company=None):
        vals = {"name": "Of everybody", "company_id": company and company.id}
        return self.env[name].create({**self.kinds[name], **vals})

    def test_all_read_them(self):
        for name in self.kinds:
            shared = self._make(name)
            seen = self.as_user(shared, self.manager_b).read(["name"])
            self.assertEqual(seen[0]["name"], "Of everybody", name)

    def test_the_manager_of_one_company_writes_none(self):
        for name in self.kinds:
            shared = self._make(name)
            for forge in (
                lambda r: r.write({"name": "Mine"}),
                lambda r: r.write({"company_id": self.company_b.id}),
                lambda r: r.unlink(),
                lambda r: r.create(
                    {**self.kinds[r._name], "name": "For all", "company_id": False}
                ),
            ):
                with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                    forge(self.as_user(shared, self.manager_b))

    def test_the_manager_of_one_company_gives_none_away(self):
        for name in self.kinds:
            own = self._make(name, self.company_b)
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                self.as_user(own, self.manager_b).write({"company_id": False})

    def test_cards_of_today_are_of_all_companies(self):
        card = self.env["isp.today.card"].search([], limit=1)
        seen = self.as_user(card, self.manager_b)
        self.assertTrue(seen.read(["name"]))
        self._assert_refused(AccessError, seen.write, {"active": False})
        self._assert_refused(AccessError, seen.unlink)
        self._assert_refused(AccessError, seen.copy)
        self.as_user(card, self.platform).name = "Waits"
        self.assertEqual(card.name, "Waits")

    def test_notices_are_of_all_companies(self):
        notice = self.env["isp.notice.event"].create({"name": "N", "code": "shared"})
        for vals in ({"active": False}, {"name": "Mine"}, {"template_id": False}):
            with self.assertRaises(AccessError):
                self.as_user(notice, self.manager_b).write(vals)
        self.assertEqual(self.as_user(notice, self.manager_b).name, "N")
        self.as_user(notice, self.platform).write({"active": False})
        self.assertFalse(notice.active)

    def test_his_own_he_writes_and_makes(self):
        for name, vals in self.kinds.items():
            own = self._make(name, self.company_b)
            self.as_user(own, self.manager_b).write({"name": "Mine"})
            self.assertEqual(own.name, "Mine", name)
            if name == "product.template":
                vals = {**vals, "company_id": self.company_b.id}
            new = self.env[name].with_user(self.manager_b).create({**vals, "name": "N"})
            self.assertEqual(new.company_id, self.company_b, name)

    def test_who_works_in_all_writes_them(self):
        self.assertTrue(self.platform.isp_works_everywhere)
        self.assertFalse(self.manager_b.isp_works_everywhere)
        for name in self.kinds:
            shared = self._make(name)
            self.as_user(shared, self.platform).write({"name": "For all"})
            self.assertEqual(shared.name, "For all", name)

    def test_a_new_company_is_worked_in_by_who_was_sent_there(self):
        shared = self._make("isp.area")
        self.as_user(shared, self.platform).write({"name": "First"})
        self.env["res.company"].create({"name": "Third Provider"})
        with self.assertRaises(AccessError):
            self.as_user(shared, self.platform).write({"name": "Second"})
