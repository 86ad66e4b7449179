from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .session_common import SessionCommon

GIGABYTE = 10**9


@tagged("post_install", "-at_install", "isp_alone")
class TestQuota(SessionCommon):
    """What was used of a plan's quota, what the subscriber is told, and his speed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.partner_id.email = "quota@example.com"
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.plan.write(
            {
                "isp_quota_gb": 100,
                "isp_quota_action": "slower",
                "isp_quota_download_mbps": 2,
                "isp_quota_upload_mbps": 1,
            }
        )

    @classmethod
    def _use(cls, service, gigabytes, day=date(2026, 3, 5)):
        """Count so much traffic of a day, a tenth of it upload."""
        cls.env["isp.usage.day"].create(
            {
                "service_id": service.id,
                "company_id": service.company_id.id,
                "date": day,
                "bytes_out": gigabytes * GIGABYTE * 9 // 10,
                "bytes_in": gigabytes * GIGABYTE // 10,
            }
        )

    def _judge(self, at="2026-03-20 05:00:00"):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("isp_network.isp_quota_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _count_told(self, service):
        """Return how often the subscriber got an e-mail of 80 and of 100 percent."""
        mails = self.env["mail.mail"].search(
            [("model", "=", "isp.service"), ("res_id", "=", service.id)]
        )
        subjects = mails.mapped("subject")
        return (
            sum("80 percent" in subject for subject in subjects),
            sum("used up" in subject for subject in subjects),
        )

    def _get_rates(self):
        """Return what the Cisco is told of the speeds."""
        replies = self._get_user_row(self.service)["replies"]["cisco"]["items"]
        return [value for _name, _op, value in replies if "qos-policy" in value]

    def test_each_step_is_told_once_a_month(self):
        self._use(self.service, 79)
        self._judge()
        self.assertEqual(self._count_told(self.service), (0, 0))
        self._use(self.service, 1, date(2026, 3, 6))
        for _twice in range(2):
            self._judge()
            self.assertEqual(self._count_told(self.service), (1, 0))
        self._use(self.service, 25, date(2026, 3, 7))
        for _twice in range(2):
            self._judge()
            self.assertEqual(self._count_told(self.service), (1, 1))
        self._use(self.service, 85, date(2026, 4, 2))
        self._judge("2026-04-02 05:00:00")
        self.assertEqual(self._count_told(self.service), (2, 1))

    def test_the_month_is_that_of_the_company(self):
        self._use(self.service, 150, date(2026, 3, 31))
        self._judge("2026-03-31 16:59:00")
        self.assertTrue(self.service.is_slowed)
        self._judge("2026-03-31 17:00:00")
        self.assertFalse(self.service.is_slowed)
        self.assertEqual(self.service.quota_told, 0)

    def test_slower_reaches_radius_and_the_running_session(self):
        self.assertEqual(self._get_rates(), self._rates(10, 20))
        self._use(self.service, 100)
        self._judge()
        self.assertEqual(self._get_rates(), self._rates(1, 2))
        self.assertEqual(self._stale(), [self.live])
        self._judge("2026-04-01 05:00:00")
        self.assertEqual(self._get_rates(), self._rates(10, 20))

    def test_a_speed_of_its_own_is_slowed_but_not_made_faster(self):
        self.service.write(
            {"speed_override": True, "download_mbps": 1.5, "upload_mbps": 30}
        )
        self._use(self.service, 100)
        self._judge()
        line = self.service._get_radius_line("", "", "")
        self.assertEqual((line.upload, line.download), (1, 1.5))
        self.assertTrue(self.service._has_own_speed())

    def test_without_that_action_nothing_gets_slower(self):
        self.plan.isp_quota_action = "none"
        self._use(self.service, 200)
        self._judge()
        self.assertEqual(self._count_told(self.service), (0, 1))
        self.assertFalse(self.service.is_slowed)
        self.assertEqual(self._get_rates(), self._rates(10, 20))

    def test_who_gets_another_plan_is_as_fast_as_that(self):
        self._use(self.service, 200)
        self._judge()
        self.service._change_plan(self.other_plan)
        self.assertEqual(self._get_rates(), self._rates(25, 50))
        self._judge()
        self.assertFalse(self.service.is_slowed)

    def test_a_larger_quota_ends_it_and_what_was_told_is_not_told_again(self):
        self._use(self.service, 110)
        self._judge()
        self.plan.isp_quota_gb = 200
        self._judge()
        self.assertFalse(self.service.is_slowed)
        self._use(self.service, 100, date(2026, 3, 8))
        self._judge()
        self.assertTrue(self.service.is_slowed)
        self.assertEqual(self._count_told(self.service), (0, 1))

    def test_the_service_and_its_subscriber_see_it(self):
        with freeze_time("2026-03-20 05:00:00"):
            self._use(self.service, 80)
            seen = self.as_user(self.service, self.engineer)
            self.assertEqual(seen.quota_percent, 80)
            self.assertIn("80 %", seen.quota_text)
            told = self.service.sudo().with_context(lang="en_US")
            self.assertIn("80 %", "\n".join(told._describe_line_for_subscriber()))
        with self.assertRaises(AccessError):
            self.as_user(self.service, self.warehouse).read(["quota_percent"])

    def test_nobody_writes_it_by_hand(self):
        for user in (self.engineer, self.admin, self.sales):
            with self.assertRaises(UserError):
                self.as_user(self.service, user).write({"is_slowed": True})

    def test_a_plan_says_how_slow(self):
        for vals in ({"isp_quota_upload_mbps": 0}, {"isp_quota_download_mbps": -1}):
            with self.assertRaises(ValidationError):
                self.plan.write(vals)
        self.plan.write({"isp_quota_gb": 0, "isp_quota_upload_mbps": 0})

    def test_many_take_no_more_queries_than_a_few(self):
        services = self.service.concat(
            *[self._create_active_service() for _more in range(11)]
        )
        for service in services:
            self._use(service, 100)
        self.plan.isp_quota_action = "none"
        self.env["isp.notice.event"]._get_event("quota_100").active = False
        counts = []
        with freeze_time("2026-03-20 05:00:00"):
            for part in (services[:2], services[2:]):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                part.sudo()._judge_quotas()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(services.mapped("quota_told"), [100] * 12)
        self.assertLessEqual(counts[1], counts[0])
