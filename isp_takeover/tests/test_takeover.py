from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import TODAY, TakeoverCommon


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(TODAY)
class TestTakeover(TakeoverCommon):
    """Services that run already come in with their days, their balance, and no first
    invoice."""

    def test_a_service_is_active_open_and_complete(self):
        self.area.name = "Palmerah Barat"  # of the one name there may be two
        row = self._row(
            Category=self.category.name,
            Area="palmerah barat",
            POP="PLM",
            ID_Number="3173064107900001",
            Coordinates="-6.2, 106.8",
            Own_Price="175.000",
            Former_Number="PLG-1",
        )
        heard = []
        hook = type(self.env["isp.service"])._line_changed

        def listen(services, names):
            heard.append(set(services.mapped("access")))
            return hook(services, names)

        with patch.object(type(self.env["isp.service"]), "_line_changed", listen):
            line = self._take_over(row).line_ids
            self.env.cr.flush()
        self.assertEqual(line.state, "done", line.message)
        service = line.service_id.sudo()
        self.assertEqual((service.state, service.access), ("active", "open"))
        self.assertEqual(heard, [{"open"}], "the network is told once")
        self.assertEqual(service.contact_name, row["Name"])
        self.assertEqual(service.phone, "+62 812-5000-" + row["Phone"][-4:])
        self.assertEqual(service.partner_id.email, row["E-mail"])
        self.assertEqual(
            service.partner_id._isp_get_secret("isp_id_number"), "3173064107900001"
        )
        self.assertEqual(service.username, row["User Name"])
        self.assertEqual(service._isp_get_secret("password"), row["Password"])
        self.assertEqual(service.plan_id, self.plan)
        self.assertEqual(service.tax_ids, self.tax)
        self.assertEqual(service.category_id, self.category)
        self.assertEqual(service.area_id, self.area)
        self.assertEqual(service.pop_id, self.pop)
        self.assertEqual(service.coordinates, "-6.2000000, 106.8000000")
        self.assertEqual(service.own_price, 175_000)
        self.assertEqual(service.legacy_number, "PLG-1")
        self.assertEqual(str(service.activation_date), "2025-03-14")
        self.assertEqual(str(service.date_activated), "2025-03-13 17:00:00")
        self.assertFalse(service.user_id, "not a prospect of who imports it")

    def test_nothing_is_left_to_do_and_nobody_is_written_to(self):
        mails = self.env["mail.mail"].search_count([])
        service = self._take_over(self._row(Open_Balance=100_000)).line_ids.service_id
        self.env.flush_all()
        self.assertFalse(service.sudo().activity_ids)
        self.assertFalse(service.sudo().work_order_ids)
        self.assertFalse(service.sudo().partner_id.user_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_no_first_invoice_and_billing_goes_on_the_day_after(self):
        service = self._take_over(self._row()).line_ids.service_id.sudo()
        self.assertFalse(service.first_invoice_id)
        self.assertEqual(service.billing_status, "nothing")
        period = service.period_ids
        self.assertEqual(period.kind, "taken_over")
        self.assertEqual(
            (str(period.date_from), str(period.date_to)), ("2025-03-14", "2026-06-04")
        )
        self.assertEqual(str(service.next_invoice_date), "2026-06-05")
        self._run_billing("2026-06-04 03:00:00")
        self.assertEqual(service.period_ids, period, "not before")
        self._run_billing("2026-06-05 03:00:00")
        fresh = service.period_ids - period
        self.assertEqual(
            (str(fresh.date_from), str(fresh.date_to)), ("2026-06-05", "2026-07-04")
        )
        self.assertEqual(fresh.move_id.amount_untaxed, 200_000)

    def test_a_part_of_a_month_is_charged_by_days(self):
        """Even with a first period that is free or in full: this is not the first."""
        for first_period in ("prorated", "full", "free"):
            self.schedule.first_period = first_period
            row = self._row(Activation_Date="2026-05-10", Billed_Until="2026-05-25")
            service = self._take_over(row).line_ids.service_id.sudo()
            with self.subTest(first_period=first_period):
                self.assertEqual(str(service.next_invoice_date), "2026-05-26")
                self._run_billing("2026-05-26 03:00:00")
                fresh = service.period_ids.filtered(lambda p: p.kind == "charge")
                self.assertEqual(str(fresh.date_from), "2026-05-26")
                self.assertEqual(fresh.move_line_id.price_unit, 64_516, "10 of 31")

    def test_from_which_day_it_is_billed(self):
        for activated, until, first in (
            ("2025-03-14", "", "2026-05-20"),  # not said: billed until yesterday
            ("2026-05-20", "", "2026-05-20"),
            ("2026-05-10", "2026-05-09", "2026-05-10"),  # never billed
            ("2025-03-14", "2026-03-31", "2026-04-01"),  # months are owed
            ("2025-03-14", "2026-12-31", "2027-01-01"),  # paid in advance
        ):
            with self.subTest(activated=activated, until=until):
                row = self._row(Activation_Date=activated, Billed_Until=until)
                service = self._take_over(row).line_ids.service_id.sudo()
                self.assertEqual(str(service.next_invoice_date), first)

    def test_days_of_the_other_system_are_never_charged_here(self):
        """Neither a new plan nor the end of the service makes them ours."""
        row = self._row(Billed_Until="2026-06-04")
        service = self._as("admin", self._take_over(row).line_ids.service_id)
        service._change_plan(self.other_plan)
        period = service.sudo().period_ids
        self.assertEqual(
            (period.kind, str(period.date_to)), ("taken_over", "2026-06-04")
        )
        service._terminate("Moved away")
        self.assertEqual(service.sudo().period_ids, period)
        self.assertEqual(service.billing_status, "nothing")

    def test_a_corrected_activation_date_bills_no_days_of_the_other_system(self):
        service = self._as("admin", self._take_over(self._row()).line_ids.service_id)
        for day in ("2024-01-31", "2025-12-01"):
            service.activation_date = day
            period = service.sudo().period_ids
            self.assertEqual(
                (str(period.date_from), str(period.date_to)), (day, "2026-06-04")
            )
            self.assertEqual(str(service.next_invoice_date), "2026-06-05")

    def _run_billing(self, moment):
        with freeze_time(moment):
            runs = self.env["isp.billing.run"].with_context(queue_job__no_delay=True)
            runs._cron_bill()

    # Idempotence

    def test_what_exists_already_is_not_added_again(self):
        rows = [self._row(Former_Number="PLG-2"), self._row(Former_Number="")]
        first = self._take_over(*rows)
        services = self.env["isp.service"].search([])
        rows[0]["User Name"] = "another"
        again = self._upload(rows)
        again.action_test()
        self.assertEqual(again.skipped_count, 2)
        for line, service in zip(
            again.line_ids, first.line_ids.service_id, strict=True
        ):
            self.assertEqual(line.service_id, service)
            self.assertIn(service.name, line.message)
        self._assert_refused(UserError, again.action_import)
        self._assert_refused(UserError, first.action_import)
        self._assert_refused(UserError, first.action_test)
        self.assertEqual(self.env["isp.service"].search([]), services)

    def test_what_came_between_test_run_and_import_is_seen(self):
        row = self._row()
        takeover = self._upload([row, self._row()])
        takeover.action_test()
        self._create_service(username=row["User Name"])
        takeover.action_import()
        self.assertEqual(takeover.line_ids.mapped("state"), ["skipped", "done"])

    def test_300_rows_by_jobs_each_once(self):
        takeover = self._upload([self._row() for _n in range(300)])
        with trap_jobs() as jobs:
            takeover.action_test()
            jobs.assert_jobs_count(3)
            self.assertEqual(takeover.state, "checking")
            jobs.perform_enqueued_jobs()
        self.assertEqual((takeover.state, takeover.ok_count), ("checked", 300))
        with trap_jobs() as jobs:
            takeover.action_import()
            self.assertEqual((takeover.state, takeover.progress), ("running", 0))
            takeover._work(1)  # then everything is killed
        self.assertEqual((takeover.done_count, takeover.ok_count), (100, 200))
        with trap_jobs() as jobs:
            takeover.action_continue()
            jobs.assert_jobs_count(2)
            jobs.perform_enqueued_jobs()
        takeover._work(0)
        self.assertEqual((takeover.state, takeover.done_count), ("done", 300))
        services = takeover.line_ids.service_id
        self.assertEqual(len(services), 300)
        self.assertEqual(len(services.sudo().period_ids), 300)
        self.assertEqual(
            len(
                services.filtered(lambda s: s.state == "active" and s.access == "open")
            ),
            300,
        )

    def test_one_that_fails_stops_no_other(self):
        """The second takes a user name in other letters than the test run saw."""
        takeover = self._upload([self._row(), self._row(), self._row()])
        takeover.action_test()
        create = type(self.env["isp.service"])._settle_taken_over
        broken = takeover.line_ids[1].username

        def fail(services, rows, today):
            if broken in services.mapped("username"):
                raise ValueError("The router is on fire.")
            return create(services, rows, today)

        with (
            patch.object(type(self.env["isp.service"]), "_settle_taken_over", fail),
            self.assertLogs("odoo.addons.isp_base", "WARNING"),
        ):
            takeover.action_import()
        self.assertEqual(takeover.line_ids.mapped("state"), ["done", "error", "done"])
        self.assertEqual(takeover.line_ids[1].message, "The router is on fire.")
        self.assertFalse(self.env["isp.service"].search([("username", "=", broken)]))

    def test_rows_with_one_id_number_are_one_subscriber(self):
        number = {"ID_Number": "3173064107900002"}
        takeover = self._take_over(self._row(**number), self._row(**number))
        services = takeover.line_ids.service_id
        self.assertEqual((len(services), len(services.partner_id)), (2, 1))

    def test_missing_credentials_are_made_when_asked_for(self):
        row = self._row(User_Name="", Password="")
        takeover = self._upload([row])
        takeover.action_test()
        self.assertEqual(takeover.error_count, 1)
        takeover.generate_credentials = True
        takeover.action_test()
        takeover.action_import()
        service = takeover.line_ids.service_id.sudo()
        self.assertEqual(service.username, service.name.lower())
        self.assertEqual(len(service._isp_get_secret("password")), 12)

    def test_a_short_password_is_kept_until_it_is_changed(self):
        line = self._take_over(self._row(Password="1234")).line_ids
        service = line.service_id
        self.assertEqual(
            service.sudo()._isp_get_secret("password"), "1234", line.message
        )
        change = self._as("admin", service)._change_credentials
        self._assert_refused(ValidationError, change, service.sudo().username, "12345")

    def test_the_last_import_is_found_by_the_former_number(self):
        service = self._take_over(self._row(Former_Number="PLG-77")).line_ids.service_id
        found = self.env["isp.service"].name_search("PLG-77")
        self.assertEqual([number for number, _name in found], service.ids)
        today = self.company._get_isp_today()
        self.assertEqual(service.sudo().date_taken_over, today)
