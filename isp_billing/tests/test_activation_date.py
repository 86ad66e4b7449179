from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestActivationDate(BillingCommon):
    """A4a and A6c: a service is billed from its activation date on."""

    def _make_ready(self, **vals):
        service = self._as("admin", self._register())
        service.write(
            {
                "plan_id": self.plan.id,
                "username": "gilang",
                "password": "Gk7mQpRxTw34",
                "billing_schedule_id": self.schedule.id,
                "activation_date": "2026-05-10",
                **vals,
            }
        )
        return service

    def test_activation_needs_date_and_schedule(self):
        service = self._make_ready(activation_date=False, billing_schedule_id=False)
        self._take_steps(service)
        message = self._assert_refused(UserError, service.action_activate)
        self.assertIn("Activation Date", message)
        self.assertIn("Billing Schedule", message)
        self.assertNotEqual(service.state, "active")

    @freeze_time("2026-05-12 03:00:00")
    def test_a_late_activation_moves_the_date(self):
        service = self._make_ready()
        self._press_activate(service)
        self.assertEqual(service.activation_date, fields.Date.to_date("2026-05-12"))

    @freeze_time("2026-05-08 03:00:00")
    def test_an_early_activation_keeps_the_date(self):
        service = self._make_ready()
        self._press_activate(service)
        self.assertEqual(service.activation_date, fields.Date.to_date("2026-05-10"))

    @freeze_time("2026-05-08 03:00:00")
    def test_m25_not_years_ahead(self):
        service = self._make_ready(activation_date="2030-01-01")
        message = self._assert_refused(UserError, self._press_activate, service)
        self.assertIn("31 days", message)
        self.assertNotEqual(service.state, "active")
        self.company.isp_activation_ahead_days = 0
        self._press_activate(service)
        self.assertEqual(service.state, "active")

    def test_the_day_is_that_of_the_company(self):
        """Midnight in Jakarta is 17:00 UTC, whatever the clock of the user says."""
        self.users["admin"].tz = "America/New_York"
        for now, day in (
            ("2026-05-10 16:59:00", "2026-05-10"),
            ("2026-05-10 17:01:00", "2026-05-11"),
            ("2026-05-11 02:00:00", "2026-05-11"),
        ):
            with self.subTest(now=now), freeze_time(now):
                service = self._make_ready(username=f"u{now[11:13]}{now[14:16]}")
                self._press_activate(service)
                self.assertEqual(service.activation_date, fields.Date.to_date(day))

    def test_restricted_services_are_active_and_isolated(self):
        """A6a: active and isolated until the first payment."""
        service = self._make_ready(restrict_before_payment=True)
        self._press_activate(service)
        self.assertEqual((service.state, service.access), ("active", "isolated"))
        self.assertEqual(service.suspension_ids.reason, "before_payment")
        service.action_restore()
        self.assertEqual(service.access, "open")

    def test_unrestricted_services_are_open(self):
        service = self._make_ready()
        self._press_activate(service)
        self.assertEqual((service.state, service.access), ("active", "open"))
        self.assertFalse(service.suspension_ids)

    def test_activation_twice_isolates_once(self):
        service = self._make_ready(restrict_before_payment=True)
        self._press_activate(service)
        service.action_restore()
        notice = self._press_activate(service)
        self.assertEqual(notice["tag"], "display_notification")
        self.assertEqual(service.access, "open")
        self.assertEqual(len(service.suspension_ids), 1)
