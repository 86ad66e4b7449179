from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestStepBack(OnboardingCommon):
    """A step can be taken back as long as nobody has been on site for it."""

    def _step_back(self, service):
        service = self._as("admin", service)
        service.action_step_back()
        return service

    def test_from_product_to_account(self):
        service = self._step_back(self._reach("product"))
        self.assertEqual(service.state, "account")
        self._take_account(service)
        self.assertEqual(service.state, "product")
        self.assertEqual(len(service.sudo().partner_id.user_ids), 1)

    def test_from_installation_to_product(self):
        for scheduled in (False, True):
            with self.subTest(scheduled=scheduled):
                service = self._reach("installation")
                if scheduled:
                    self._schedule(service)
                visit = service.sudo().visit_id
                self._step_back(service)
                self.assertEqual(service.state, "product")
                self.assertEqual(visit.state, "cancelled")
                self.assertFalse(visit.activity_ids)
                self.assertFalse(service.sudo().work_order_ids.filtered("is_open"))
                self.assertEqual(len(self._get_step_activities(service)), 1)
                self._take_product(service)
                self.assertEqual(
                    (service.state, service.visit_state), ("installation", "draft")
                )

    def test_a_started_installation_is_not_taken_back(self):
        service = self._reach("installation")
        self._schedule(service)
        self._visit(service).action_start()
        self._assert_refused(UserError, self._as("admin", service).action_step_back)
        self.assertEqual(service.state, "installation")

    def test_from_finalisation_to_the_report(self):
        service = self._reach("finalisation")
        self._sign(service)
        self._step_back(service)
        visit = self._visit(service)
        self.assertEqual((service.state, visit.state), ("installation", "started"))
        self.assertFalse(visit.customer_signature or visit.technician_signature)
        self.assertFalse(visit.customer_signed_on or visit.technician_signed_on)
        self.assertFalse(visit.technician_signed_by_id)
        self.assertEqual(visit.report, "Router placed in the living room")
        visit.write({"report": "Router moved to the hall"})
        visit.action_finish()
        self.assertEqual(service.state, "finalisation")

    def test_the_technicians_are_called_back_to_their_report(self):
        service = self._reach("finalisation")
        self._step_back(service)
        activity = self._visit(service).sudo().activity_ids
        self.assertEqual(activity.user_id, self.technician)
        self.assertNotIn("Sign", activity.summary)

    def test_no_other_step_is_taken_back(self):
        for step in ("draft", "survey", "account", "active"):
            with self.subTest(step=step):
                service = self._reach(step)
                self._assert_refused(
                    UserError, self._as("admin", service).action_step_back
                )
                self.assertEqual(service.state, step)
