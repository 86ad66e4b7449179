from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IspCommon

NOW = "2026-06-10 03:00:00"
DAY = "2026-06-20"
BEFORE = "2026-06-19 16:59:00"  # one minute to midnight in Jakarta
THEN = "2026-06-19 17:00:00"
CHANGES = "odoo.addons.isp_base.models.isp_service_plan_change"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPlanPlanned(IspCommon):
    """Another plan from a day to come: planned, withdrawn, done by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.service = cls._create_active_service()
        cls.day = cls.env["isp.service"]._fields["next_plan_date"].to_date(DAY)

    def _plan(self, service=None, day=None, role="admin"):
        service = self._as(role, service or self.service)
        service._plan_change(self.other_plan, day or self.day)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("isp_base.isp_service_plans_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _get_mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "isp.service"), ("res_id", "=", self.service.id)]
        )

    def _get_questions(self, service):
        kind = self.env.ref("isp_base.mail_activity_plan_change")
        return service.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_it_is_done_when_its_day_has_come_and_not_before(self):
        self._plan()
        self.assertEqual(self.service.plan_id, self.plan)
        with freeze_time(BEFORE):
            self._run_cron()
            self.assertEqual(self.service.plan_id, self.plan)
        with freeze_time(THEN):
            self._run_cron()
        self.assertEqual(self.service.plan_id, self.other_plan)
        self.assertEqual(self.service.download_mbps, 50)
        self.assertFalse(self.service.next_plan_id)
        self.assertFalse(self.service.next_plan_date)

    def test_the_subscriber_is_told_at_once_and_then_and_twice_is_once(self):
        for _again in range(2):
            with self._mails_at_once() as left:
                self._plan()
            if not _again:
                self.assertEqual(len(left), 1)
        self.assertFalse(left, "it was planned already")
        with freeze_time(THEN), self._mails_at_once() as left:
            self._run_cron()
            self._run_cron()
        (mail,) = self.env["mail.mail"].browse(left)
        self.assertIn(self.other_plan.name, mail.subject)

    def test_it_can_be_withdrawn(self):
        self._plan()
        with self._mails_at_once() as left:
            self._as("admin", self.service).action_withdraw_plan()
            self._as("admin", self.service).action_withdraw_plan()
        self.assertEqual(len(left), 1)
        with freeze_time(THEN):
            self._run_cron()
        self.assertEqual(self.service.plan_id, self.plan)

    def test_the_dialog_plans_and_says_what_is_missing(self):
        wizard = self._as("admin", self.env["isp.service.plan"]).create(
            {
                "service_id": self.service.id,
                "plan_id": self.other_plan.id,
                "when": "date",
            }
        )
        self._assert_refused(UserError, wizard.action_apply)
        wizard.date = DAY
        wizard.action_apply()
        self.assertEqual(self.service.next_plan_id, self.other_plan)
        self.assertEqual(self.service.next_plan_date, self.day)

    def test_days_that_are_none_to_come_and_plans_that_are_none_are_refused(self):
        for day in ("2026-06-10", "2026-06-01", "2027-07-01"):
            with self.subTest(day=day):
                self._assert_refused(UserError, self._plan, day=self._date(day))
        device = self.env["product.template"].create({"name": "Router"})
        for plan in (device, self.plan):
            admin = self._as("admin", self.service)
            self._assert_refused(UserError, admin._plan_change, plan, self.day)

    def _date(self, text):
        return self.env["isp.service"]._fields["next_plan_date"].to_date(text)

    def test_what_changes_or_ends_before_forgets_it(self):
        self._plan()
        third = self._create_plan("Home 100", 100, 50)
        self._as("admin", self.service)._change_plan(third)
        self.assertFalse(self.service.next_plan_id)
        self._plan()
        self._as("admin", self.service)._terminate("Moved away")
        self.assertFalse(self.service.next_plan_id)
        with freeze_time(THEN):
            self._run_cron()
        self.assertEqual(self.service.plan_id, third)

    def test_one_that_fails_stops_no_other_and_asks_the_office_once(self):
        other = self._create_active_service()
        self._plan()
        self._plan(other)
        # A plan that was changed since into something that is none.
        broken = self._create_plan("Gone", 5, 5)
        self.service.next_plan_id = broken
        broken.is_internet_plan = False
        with freeze_time(THEN):
            with mute_logger(CHANGES):
                self._run_cron()
                self._run_cron()
            self.assertEqual(other.plan_id, self.other_plan)
            self.assertEqual(self.service.plan_id, self.plan)
            self.assertEqual(len(self._get_questions(self.service)), 1)
            broken.is_internet_plan = True
            self._run_cron()
        self.assertEqual(self.service.plan_id, broken)
        self.assertFalse(self._get_questions(self.service))

    def test_only_administrators_plan_and_withdraw(self):
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._plan, role=role)
        self._plan()
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                service = self._as(role, self.service)
                self._assert_refused(AccessError, service.action_withdraw_plan)
                self._assert_refused(
                    AccessError, service.write, {"next_plan_id": False}
                )
        for vals in ({"next_plan_date": "2026-06-11"}, {"next_plan_id": self.plan.id}):
            admin = self._as("admin", self.service)
            self._assert_refused(AccessError, admin.write, vals)
