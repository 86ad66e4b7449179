from datetime import date

from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestTakeover(OnboardingCommon):
    """A service that ran before is active, and nobody has a step to do."""

    def test_no_step_is_left(self):
        row = {
            "service": self._prepare_registration(
                username="wati",
                password="Rahasia-0001",
                plan_id=self.plan.id,
                billing_schedule_id=self.schedule.id,
                activation_date=date(2025, 3, 14),
            ),
            "billed_until": False,
            "balance": 150_000,
            "balance_due": False,
        }
        services = self._as("manager", self.env["isp.service"])
        service = services._take_over([row]).sudo()
        self.assertEqual((service.state, service.access), ("active", "open"))
        self.assertFalse(service.turn)
        self.assertFalse(service.next_step)
        self.assertFalse(service.activity_ids)
        self.assertFalse(service.work_order_ids | service.visit_id)
        self.assertFalse(service.partner_id.user_ids, "nobody is invited")
        self.assertFalse(service.is_late)
