from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import IspCommon

NOW = "2026-06-10 03:00:00"
FIRST, LAST = date(2026, 6, 20), date(2026, 8, 31)
BEGIN, OVER = "2026-06-19 17:00:00", "2026-08-31 17:00:00"  # midnights in Jakarta


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPause(IspCommon):
    """A pause is planned, begins and ends by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.service = cls._create_active_service()

    def _pause(self, first=FIRST, last=LAST, role="admin"):
        self._as(role, self.service)._pause(first, last)

    def _run(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"isp_base.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _get_state(self):
        return self.service.access, self.service.is_paused

    def test_it_begins_and_ends_by_itself(self):
        self._pause()
        self.assertEqual(self._get_state(), ("open", False))
        with freeze_time("2026-06-19 16:59:00"):
            self._run("isp_service_pauses_cron")
            self.assertEqual(self._get_state(), ("open", False))
        with freeze_time(BEGIN), self._mails_at_once() as left:
            self._run("isp_service_pauses_cron")
            self._run("isp_service_pauses_cron")
        self.assertEqual(self._get_state(), ("isolated", True))
        self.assertEqual(len(left), 1, "told once")
        with freeze_time("2026-08-31 16:59:00"):
            self._run("isp_service_dates_cron")
            self.assertEqual(self._get_state(), ("isolated", True))
        with freeze_time(OVER):
            self._run("isp_service_dates_cron")
        self.assertEqual(self._get_state(), ("open", False))
        self.assertFalse(self.service.pause_from or self.service.pause_until)

    def test_from_today_it_begins_at_once_by_the_dialog(self):
        wizard = self._as("admin", self.env["isp.service.pause"]).create(
            {"service_id": self.service.id, "date_until": LAST}
        )
        with self._mails_at_once() as left:
            wizard.action_apply()
        self.assertEqual(self._get_state(), ("isolated", True))
        self.assertEqual(len(left), 1)
        again = self._as("admin", wizard).action_apply
        self._assert_refused(UserError, again)

    def test_it_can_be_called_off_and_ended(self):
        self._pause()
        self._as("admin", self.service).action_resume()
        self.assertFalse(self.service.pause_from)
        self._pause(date(2026, 6, 10))
        self.assertEqual(self._get_state(), ("isolated", True))
        self._as("admin", self.service).action_restore()
        self.assertTrue(self.service.is_paused, "no isolation that one lifts by hand")
        for _again in range(2):
            self._as("admin", self.service).action_resume()
        self.assertEqual(self._get_state(), ("open", False))

    def test_one_called_off_meanwhile_is_told_so_and_does_not_begin(self):
        self._pause()
        with self._mails_at_once() as left:
            self._as("admin", self.service).action_resume()
            self._as("admin", self.service).action_resume()
        mails = self.env["mail.mail"].browse(left)
        subject = f"Your internet service {self.service.name} does not pause"
        self.assertEqual(mails.mapped("subject"), [subject])
        with freeze_time(BEGIN), self._mails_at_once() as left:
            self._run("isp_service_pauses_cron")
        self.assertEqual(self._get_state(), ("open", False))
        self.assertFalse(left)

    def test_who_is_isolated_too_stays_so_after_it(self):
        self._pause(date(2026, 6, 10))
        self._as("admin", self.service)._suspend("abuse")
        with freeze_time(OVER):
            self._run("isp_service_dates_cron")
        self.assertEqual(self._get_state(), ("isolated", False))

    def test_one_whose_end_is_over_is_called_off(self):
        self._pause()
        with freeze_time("2026-09-02 03:00:00"), self._mails_at_once() as left:
            self._run("isp_service_pauses_cron")
        self.assertEqual(self._get_state(), ("open", False))
        self.assertFalse(self.service.pause_from or self.service.pause_until)
        self.assertFalse(self.service.suspension_ids)
        self.assertEqual(len(left), 1, "told that it is called off")

    def test_days_that_cannot_be_are_refused(self):
        for first, last in (
            (date(2026, 6, 9), LAST),
            (LAST, FIRST),
            (FIRST, date(2027, 7, 1)),
        ):
            with self.subTest(first=first, last=last):
                self._assert_refused(UserError, self._pause, first, last)

    def test_it_ends_with_its_service(self):
        self._pause()
        self._as("admin", self.service)._terminate("Moved away")
        self.assertFalse(self.service.pause_from)
        with freeze_time(BEGIN):
            self._run("isp_service_pauses_cron")
        self.assertEqual(self.service.access, "none")

    def test_only_administrators_pause(self):
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._pause, role=role)
        self._pause()
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                act = self._as(role, self.service).action_resume
                self._assert_refused(AccessError, act)
        admin = self._as("admin", self.service)
        self._assert_refused(AccessError, admin.write, {"pause_until": FIRST})
