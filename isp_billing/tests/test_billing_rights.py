from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import BillingCommon

OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install", "isp_alone")
class TestBillingRights(BillingCommon):
    def test_who_may_do_what_with_schedules(self):
        rights = {
            "sales": "read",
            "technician": "read",
            "engineer": "read",
            "admin": "read",
            "warehouse": "read",
            "employee": "read",
            "manager": "read write create unlink",
            "accountant": "read write create unlink",
            "portal": "",
        }
        self.schedule.company_id = self.company
        for role, allowed in rights.items():
            schedule = self._as(role, self.schedule)
            for operation in OPERATIONS:
                with self.subTest(role=role, operation=operation):
                    self.assertEqual(
                        schedule.has_access(operation), operation in allowed.split()
                    )

    def test_whoever_reads_schedules_opens_one(self):
        for role in ("sales", "technician", "employee", "accountant"):
            schedule = self._as(role, self.schedule)
            with self.subTest(role=role), Form(schedule) as form:
                self.assertEqual(form.name, self.schedule.name)

    def test_a_refused_write_is_an_error(self):
        self._assert_refused(
            AccessError, self._as("admin", self.schedule).write, {"billing_day": 2}
        )

    def test_administrators_make_invoices(self):
        group = "account.group_account_invoice"
        self.assertTrue(self.users["admin"].has_group(group))
        for role in ("sales", "technician", "engineer"):
            with self.subTest(role=role):
                self.assertFalse(self.users[role].has_group(group))


@tagged("post_install", "-at_install")
class TestBillingCompanies(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other ISP"})
        cls.foreign = cls.env["isp.billing.schedule"].create(
            {"name": "Foreign", "company_id": cls.other_company.id}
        )

    def test_schedules_of_another_company_are_hidden(self):
        for role in ("sales", "admin", "manager", "accountant"):
            schedules = self._as(role, self.env["isp.billing.schedule"])
            with self.subTest(role=role):
                found = schedules.search([])
                self.assertNotIn(self.foreign, found)
                self.assertIn(self.schedule, found, "without company: for all")
                self._assert_refused(
                    AccessError, self._as(role, self.foreign).read, ["name"]
                )

    def test_a_service_takes_no_schedule_of_another_company(self):
        service = self._as("admin", self._register())
        self._assert_refused(
            UserError, service.sudo().write, {"billing_schedule_id": self.foreign.id}
        )
