from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GROUPS, IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestMultiCompany(IspCommon):
    """What is of one provider stays with that provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_other_company(GROUPS.keys() - {"public"})
        company = {"company_id": cls.company.id}
        cls.area.company_id = cls.company
        own_category = cls.category.copy(company)
        cls.plan.company_id = cls.company
        cls.service = cls._create_active_service(category_id=own_category.id)
        cls.service._suspend("manual")
        cls.order = cls._create_order(cls.service, "started")
        cls.own = (
            cls.service,
            cls.order,
            cls.service.suspension_ids,
            cls.pop,
            cls.area,
            own_category,
            cls.plan,
            cls.service.partner_id,
        )

    def test_other_company_sees_nothing(self):
        for role, user in self.users_b.items():
            for records in self.own:
                with self.assertRaises(AccessError, msg=f"{role} {records._name}"):
                    self.as_user(records, user).read(["display_name"])
                try:
                    found = self.env[records._name].with_user(user).search([])
                except AccessError:
                    continue
                self.assertFalse(
                    set(found.ids) & set(records.ids), f"{role} {records._name}"
                )

    def test_other_company_reaches_no_device_that_stands_here(self):
        """To Odoo a serial number is of the company of its product, if that has one."""
        product = self.env["product.product"].create(
            {"name": "ONU", "is_storable": True, "tracking": "serial"}
        )
        device = self.env["stock.lot"].create(
            {"name": "ONU-OF-ONE", "product_id": product.id}
        )
        in_stock = device.copy({"name": "ONU-OF-ALL"})
        device.isp_service_id = self.service
        self.assertFalse(device.company_id)
        user = self.users_b["manager"]
        user.group_ids |= self.env.ref("stock.group_stock_manager")
        seen = self.as_user(device, user)
        self._assert_refused(AccessError, seen.read, ["isp_service_id"])
        self._assert_refused(AccessError, seen.write, {"name": "ONU-OF-NOBODY"})
        self.assertNotIn(device, seen.search([("name", "like", "ONU-OF")]))
        self.assertTrue(self.as_user(in_stock, user).read(["name"]))
        self.assertTrue(self.as_user(device, self.manager).read(["name"]))

    def test_company_in_the_context_must_be_ones_own(self):
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        with self.assertRaises(AccessError):
            services.with_context(allowed_company_ids=self.company.ids).search([])

    def test_other_company_counts_nothing(self):
        self.plan.company_id = False
        self.env.flush_all()
        plan = self.as_user(self.plan, self.users_b["manager"])
        self.assertEqual(plan.isp_service_count, 0)
        self.assertEqual(self.as_user(self.plan, self.manager).isp_service_count, 1)

    def test_other_company_moves_nothing(self):
        user = self.users_b["manager"]
        for records, actions in (
            (
                self.service,
                (
                    "action_activate",
                    "action_suspend",
                    "action_restore",
                    "action_terminate",
                    "action_cancel",
                    "action_reopen",
                    "action_change_plan",
                    "action_change_credentials",
                    "action_show_credentials",
                    "action_generate_credentials",
                ),
            ),
            (
                self.order,
                (
                    "action_schedule",
                    "action_start",
                    "action_finish",
                    "action_cancel",
                    "action_test_line",
                    "action_request_material",
                    "action_show_credentials",
                ),
            ),
        ):
            for action in actions:
                with self.assertRaises(AccessError, msg=action):
                    getattr(self.as_user(records, user), action)()

    def test_services_take_nothing_of_another_company(self):
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        service = services.create(self._prepare_registration())
        for name in ("area_id", "pop_id", "category_id", "plan_id", "partner_id"):
            with self.assertRaises(UserError, msg=name):
                service.sudo().write({name: self.service[name].id})

    def test_service_is_not_made_for_another_company(self):
        services = self.env["isp.service"].with_user(self.users_b["sales"])
        with self.assertRaises(AccessError):
            services.create(self._prepare_registration(company_id=self.company.id))

    def test_a_document_stays_with_its_company(self):
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        service = services.create(self._prepare_registration())
        order = self._create_order(service, technician_ids=False, pic_id=False)
        for company in (self.company.id, False):
            with self.assertRaises(AccessError):
                service.write({"company_id": company})
        with self.assertRaises(AccessError):
            order.with_user(self.users_b["admin"]).write(
                {"service_id": self.service.id}
            )

    def test_another_company_reads_no_change_of_plan(self):
        plans = self.env["isp.service.plan"].with_user(self.admin)
        dialog = plans.create({"service_id": self.service.id, "plan_id": self.plan.id})
        with self.assertRaises(AccessError):
            self.as_user(dialog, self.users_b["admin"]).read(["service_id"])

    def test_a_refused_user_name_does_not_say_whose_it_is(self):
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        service = services.create(self._prepare_registration())
        with self.assertRaisesRegex(UserError, "cannot be used") as refused:
            service.write({"username": self.service.username})
        self.assertNotIn("subscriber", str(refused.exception))

    def test_known_id_number_of_another_company_links_nobody(self):
        self.service.partner_id.isp_id_number = "3171014506850001"
        services = self.env["isp.service"].with_user(self.users_b["sales"])
        service = services.create(
            self._prepare_registration(id_number="3171014506850001")
        )
        self.assertNotEqual(service.partner_id, self.service.partner_id)
