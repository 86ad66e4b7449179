from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestCompanyDays(IspCommon):
    """A company has one today, whoever asks."""

    def _assert_today(self, day):
        for user in (self.admin, self.engineer, self.env.ref("base.user_root")):
            with self.subTest(user=user.login):
                company = self.company.with_user(user)
                self.assertEqual(company._get_isp_today(), fields.Date.to_date(day))

    def setUp(self):
        super().setUp()
        self.admin.tz = "America/New_York"
        self.engineer.tz = "Asia/Jayapura"

    @freeze_time("2026-05-10 16:30:00")
    def test_the_day_is_that_of_the_time_zone_of_the_company(self):
        self.company.partner_id.tz = "Asia/Makassar"
        self._assert_today("2026-05-11")
        self.company.partner_id.tz = "Asia/Jakarta"
        self._assert_today("2026-05-10")

    @freeze_time("2026-05-10 17:30:00")
    def test_a_company_without_time_zone_has_that_of_its_country(self):
        self.company.partner_id.tz = False
        self._assert_today("2026-05-11")
        self.company.country_id = False
        self._assert_today("2026-05-10")

    @freeze_time("2026-05-10 03:00:00")
    def test_a_visit_is_on_the_list_of_its_day_there(self):
        self.company.partner_id.tz = "Asia/Jakarta"
        order = self._create_order(planned_start="2026-05-10 20:00:00")
        for user in (self.admin, self.env.ref("base.user_root")):
            with self.subTest(user=user.login):
                order.with_user(user).action_schedule()
                deadline = order.sudo().activity_ids.date_deadline
                self.assertEqual(deadline, date(2026, 5, 11))

    def test_the_settings_change_it(self):
        settings = self.env["res.config.settings"].create({"isp_tz": "Asia/Jayapura"})
        settings.execute()
        self.assertEqual(self.company.partner_id.tz, "Asia/Jayapura")
