from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingSchedule(BillingCommon):
    """A4a: the day on which a service is billed, and how long one has to pay."""

    def _make(self, **vals):
        schedules = self._as("manager", self.env["isp.billing.schedule"])
        schedule = schedules.create({"name": "A schedule", **vals})
        self.env.flush_all()
        return schedule

    def test_every_month_has_the_billing_day(self):
        for day in (1, 28):
            self.assertEqual(self._make(billing_day=day).billing_day, day)
        for day in (-1, 0, 29, 31):
            with self.subTest(day=day), mute_logger("odoo.sql_db"):
                self._assert_refused(IntegrityError, self._make, billing_day=day)

    def test_due_date_lies_within_ninety_days(self):
        for days in (0, 90):
            self.assertEqual(self._make(days_until_due=days).days_until_due, days)
        for days in (-1, 91):
            with self.subTest(days=days), mute_logger("odoo.sql_db"):
                self._assert_refused(IntegrityError, self._make, days_until_due=days)

    def test_new_databases_have_schedules_to_choose_from(self):
        first = self.env.ref("isp_billing.isp_billing_schedule_1")
        self.assertEqual((first.billing_day, first.company_id.id), (1, False))

    def test_archived_schedules_are_not_offered(self):
        schedule = self._make()
        schedule.active = False
        found = self._as("admin", self.env["isp.billing.schedule"]).search([])
        self.assertNotIn(schedule, found)

    def test_one_that_bills_is_not_deleted(self):
        schedule, other = self._make(), self._make()
        self._create_service(billing_schedule_id=schedule.id)
        message = self._assert_refused(UserError, (schedule | other).unlink)
        self.assertIn("Archive it", message)
        other.unlink()
        self.assertTrue(schedule.exists())
        self.assertFalse(other.exists())
