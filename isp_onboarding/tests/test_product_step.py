from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestProductStep(OnboardingCommon):
    """A4a and A4b: plan, billing, POP and the technical part."""

    def test_all_that_is_missing_is_said_at_once(self):
        service = self._as("admin", self._reach("product"))
        service.write({"activation_date": False, "billing_schedule_id": False})
        message = self._assert_refused(UserError, service.action_product_done)
        for label in ("Activation Date", "Billing Schedule", "POP", "Internet Plan"):
            self.assertIn(label, message)
        self.assertEqual(service.state, "product")
        self.assertEqual(service.visit_id.kind, "survey")

    def test_the_usual_terms_are_proposed(self):
        with freeze_time("2026-05-10 18:00:00"):
            service = self._as("admin", self._reach("product"))
        self.assertEqual(service.activation_date, date(2026, 5, 11))
        first = self.env["isp.billing.schedule"].search([], limit=1)
        self.assertEqual(service.billing_schedule_id, first)

    def test_terms_that_were_set_are_kept(self):
        service = self._as("admin", self._reach("account"))
        service.write(
            {"activation_date": "2030-01-01", "billing_schedule_id": self.schedule.id}
        )
        self._take_account(service)
        self.assertEqual(service.activation_date, date(2030, 1, 1))
        self.assertEqual(service.billing_schedule_id, self.schedule)

    def test_the_speed_is_that_of_the_plan(self):
        service = self._as("admin", self._reach("product"))
        service.plan_id = self.plan
        self.assertEqual((service.download_mbps, service.upload_mbps), (20, 10))
        self.assertEqual(service.tax_ids, self.tax)

    def test_the_speed_can_be_its_own(self):
        service = self._as("admin", self._reach("product"))
        service.write(self._prepare_product())
        service.write({"speed_override": True, "download_mbps": 35, "upload_mbps": 15})
        service.action_product_done()
        self.assertEqual((service.download_mbps, service.upload_mbps), (35, 15))
        self._assert_refused(ValidationError, service.write, {"upload_mbps": 0})

    def test_the_step_opens_the_installation(self):
        service = self._reach("product")
        self._take_product(service)
        self.assertEqual(service.state, "installation")
        visit = self._visit(service, "admin")
        self.assertEqual((visit.kind, visit.state), ("installation", "draft"))
        self.assertEqual(self._as("admin", service).survey_id.state, "done")

    def test_the_same_credentials_stand_in_both_steps(self):
        service = self._reach("account")
        credentials = service.username, service._isp_get_secret("password")
        self._take_account(service)
        self.assertEqual(
            (service.username, service._isp_get_secret("password")), credentials
        )
