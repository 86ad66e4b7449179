from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import GROUPS
from odoo.addons.isp_base.tests.matrix import MatrixCase

from .common import CounterCommon

RIGHTS = {
    "isp.drawer.session": {"admin manager accountant cashier": "r"},
    "isp.taking": {"admin manager accountant cashier collector": "r"},
    "isp.handover": {"admin manager accountant cashier collector": "r"},
    "isp.cash.out": {"admin manager accountant cashier": "r"},
    "isp.collector.call": {"admin manager collector": "r"},
    "isp.collector.phone": {"manager": "r"},
}
CALLS = {
    "get_state": (),
    "open_session": (1, 0),
    "close_session": (0,),
    "set_paper": ("roll",),
    "find": ("Siti",),
    "get_dues": (1,),
    "take": ("key-00001", 1, 0, [[False, 1]]),
    "get_takings": (),
    "send_receipt": (1,),
    "take_out": ("key-00001", "expense", False, 1, "Water"),
    "take_handover": ("key-00001", 1, 1),
}


@tagged("post_install", "-at_install", "isp_alone")
class TestSecurityMatrix(MatrixCase, CounterCommon):
    """Which group may do what at the counter."""

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        self._assert_all_are_in(RIGHTS, "isp_counter")

    def test_rights_are_those_of_the_matrix(self):
        collector = {"collector": "isp_counter.isp_counter_group_collector"}
        self.users.update(self._create_users(collector))
        roles = [*GROUPS, "accountant", "cashier", "collector"]
        self._assert_rights(RIGHTS, roles)

    def test_a_cashier_reads_no_books_and_no_subscribers(self):
        for model in ("account.move", "account.payment", "isp.service", "isp.reason"):
            with self.subTest(model=model):
                records = self._as("cashier", self.env[model])
                self.assertFalse(records.has_access("read"))

    def test_a_cashier_sees_the_counter_and_no_settings_of_billing(self):
        self.env.registry.clear_cache()
        visible = self._as("cashier", self.env["ir.ui.menu"])._visible_menu_ids()
        billing = self.env.ref("isp_billing.isp_billing_menu_root")
        shown = self.env["ir.ui.menu"].browse(visible) & billing.child_id
        names = ("counter", "taking", "drawer_session", "handover", "cash_out")
        expected = [self.env.ref(f"isp_counter.isp_{name}_menu") for name in names]
        self.assertEqual(set(shown), set(expected))

    def test_the_counter_is_for_cashiers(self):
        for role in ("sales", "technician", "engineer", "warehouse", "portal"):
            for name, args in CALLS.items():
                with self.subTest(role=role, call=name):
                    call = getattr(self._as(role, self.env["isp.counter"]), name)
                    self._assert_refused(AccessError, call, *args)

    def test_a_cashier_sees_no_one_elses(self):
        session = self._open_drawer()
        owed = self._counter().get_dues(self.payer.id)["owed"]
        taking = self._take("key-00001", [[False, owed]], seen=owed)
        for records in (session, taking):
            own, other = self._as("cashier", records), self._as("second", records)
            self.assertTrue(own.has_access("read"))
            self.assertFalse(other.has_access("read"))
            self.assertTrue(self._as("manager", records).has_access("read"))
            self._assert_refused(AccessError, own.write, {"name": "X"})
            self._assert_refused(AccessError, own.unlink)

    def test_another_company_sees_nothing(self):
        session = self._open_drawer()
        self._create_other_company(roles=("admin", "manager"))
        foreign = session.with_user(self.users_b["manager"])
        self.assertFalse(foreign.search([("id", "=", session.id)]))
        counter = self.env["isp.counter"].with_user(self.users_b["admin"])
        counter = counter.with_company(self.company_b)
        rows = counter.find(self.service.name)
        self.assertEqual(rows, [])
        self._assert_refused(Exception, counter.get_dues, self.payer.id)
