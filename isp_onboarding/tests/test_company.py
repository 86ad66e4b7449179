from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestCompany(OnboardingCommon):
    """Two providers in one database know nothing of each other's subscribers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_other_company(
            ("sales", "technician", "engineer", "admin", "manager", "warehouse")
        )
        cls.service = cls._reach("installation")
        cls._schedule(cls.service)

    def test_services_and_visits_of_another_company_are_hidden(self):
        visit = self.service.sudo().visit_id
        for role, user in self.users_b.items():
            for record in (self.service, visit):
                with self.subTest(role=role, model=record._name):
                    theirs = self.as_user(record, user)
                    self.assertFalse(theirs.search([("id", "=", record.id)]))
                    self._assert_refused(AccessError, theirs.read, ["name"])

    def test_administrators_of_another_company_take_no_step(self):
        service = self.as_user(self.service, self.users_b["admin"])
        for method in (
            "action_step_back",
            "action_schedule_visit",
            "action_start_visit",
        ):
            with self.subTest(method=method):
                self._assert_refused(AccessError, getattr(service, method))

    def test_registrations_call_the_administrator_of_their_company(self):
        self.company_b.isp_registration_user_id = False
        services = self.as_user(self.env["isp.service"], self.users_b["sales"])
        service = services.create(self._prepare_registration())
        self.assertEqual(service.company_id, self.company_b)
        called = self._get_step_activities(service).user_id
        self.assertIn(self.company_b, called.company_ids)

    def test_a_visit_belongs_to_the_company_of_its_service(self):
        self.admin.company_ids = [Command.link(self.company_b.id)]
        services = self.as_user(self.env["isp.service"], self.users_b["sales"])
        service = services.create(self._prepare_registration())
        service = self.as_user(service, self.admin).with_context(
            allowed_company_ids=[self.company.id, self.company_b.id]
        )
        service.action_registration_done()
        self.assertEqual(service.visit_id.company_id, self.company_b)

    def test_the_invitation_is_from_the_company_of_the_service(self):
        self.admin.company_ids = [Command.link(self.company_b.id)]
        services = self.as_user(self.env["isp.service"], self.users_b["sales"])
        service = services.create(self._prepare_registration())
        service = self.as_user(service, self.admin).with_context(
            allowed_company_ids=[self.company.id, self.company_b.id]
        )
        service._invite_to_portal()
        self.assertEqual(service.partner_id.user_ids.company_id, self.company_b)

    def test_no_plan_and_no_technician_of_another_company(self):
        foreign = self._create_plan("Foreign", 10, 5, company_id=self.company_b.id)
        service = self._as("admin", self.service)
        self._assert_refused(UserError, service.write, {"plan_id": foreign.id})
