from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import STEPS, OnboardingCommon


@tagged("post_install", "-at_install")
class TestTurn(MailCase, OnboardingCommon):
    """Whose turn it is, until when, and who is called."""

    def _get_calls(self, service):
        """Return the users with something to do for this service, one per activity."""
        activities = (
            service.sudo().activity_ids + service.sudo().work_order_ids.activity_ids
        )
        return [activity.user_id for activity in activities]

    def test_exactly_one_is_called_at_each_step(self):
        service = self._register()
        self.assertEqual(self._get_calls(service), [self.admin])
        self._take_registration(service)
        self.assertEqual(self._get_calls(service), [self.admin])
        self._schedule(service)
        self.assertEqual(self._get_calls(service), [self.technician])
        self._report_survey(service)
        self.assertEqual(self._get_calls(service), [self.admin])
        self._take_account(service)
        self.assertEqual(self._get_calls(service), [self.admin])
        self._take_product(service)
        self.assertEqual(self._get_calls(service), [self.admin])
        self._schedule(service)
        self.assertEqual(self._get_calls(service), [self.technician])
        self._report_installation(service)
        self.assertEqual(self._get_calls(service), [self.technician])
        self._take_finalisation(service)
        self.assertEqual(self._get_calls(service), [])

    def test_an_unfeasible_survey_calls_the_office(self):
        service = self._reach("survey")
        self._take_survey(service, verdict="not_feasible", unfeasible_reason="Too far")
        self.assertEqual(self._get_calls(service), [self.admin])
        self._as("admin", service).action_survey_again()
        self.assertEqual(self._get_calls(service), [self.admin])

    def test_the_coordinator_is_called_before_the_company_s_user(self):
        service = self._register()
        self._as("manager", service).action_registration_done()
        self.assertEqual(service.coordinator_id, self.manager)
        self.assertEqual(self._get_step_activities(service).user_id, self.manager)

    def test_everybody_is_called_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.admin.lang = "id_ID"
        service = self._register()
        own = service.with_context(lang="id_ID")._get_next_step()
        summary = self._get_step_activities(service).summary
        self.assertEqual(summary, own)
        self.assertNotEqual(summary, service._get_next_step())

    @freeze_time("2026-05-10 17:30:00")
    def test_the_day_is_that_of_the_company(self):
        self.users["sales"].tz = "America/New_York"
        service = self._register()
        deadline = service.sudo().activity_ids.date_deadline
        self.assertEqual(deadline, date(2026, 5, 13))

    def test_who_was_registered_before_this_addon_is_visited_as_well(self):
        service = self._register()
        service.sudo().step_since = False
        self._create_order(service.sudo(), state="scheduled")
        self.assertCountEqual(self._get_calls(service), [self.admin, self.technician])

    def test_without_a_named_user_an_administrator_is_called(self):
        self.company.isp_registration_user_id = False
        user = self._get_step_activities(self._register()).user_id
        self.assertTrue(user.has_group("isp_base.isp_base_group_admin"))
        self.assertTrue(user.active)

    def test_the_turn_follows_the_steps(self):
        turns = dict.fromkeys(STEPS, "office") | {
            "finalisation": "field",
            "active": False,
        }
        for step, turn in turns.items():
            with self.subTest(step=step):
                service = self._reach(step)
                self.assertEqual(service.turn, turn)
                self.assertEqual(bool(service.step_deadline), bool(turn))
                self.assertEqual(bool(service.next_step), bool(turn))

    def test_the_office_has_the_days_of_the_company(self):
        self.company.isp_step_days = 3
        with freeze_time("2026-05-10 02:00:00"):
            service = self._register()
            until = fields.Datetime.now() + timedelta(days=3)
            self.assertEqual(service.step_deadline, until)
        with freeze_time("2026-05-12 02:00:00"):
            self._take_registration(service)
            until = fields.Datetime.now() + timedelta(days=3)
            self.assertEqual(service.step_deadline, until, "counted from this step on")

    def test_technicians_have_until_the_end_of_their_visit(self):
        service = self._reach("survey")
        self._schedule(service)
        self.assertEqual(service.turn, "field")
        self.assertEqual(service.step_deadline, service.sudo().visit_id.planned_end)

    def test_late_is_what_passed_its_deadline(self):
        with freeze_time("2026-05-10 02:00:00"):
            late = self._register()
        with freeze_time("2026-05-12 02:00:01"):
            in_time, active = self._register(), self._reach("active")
            services = self._as("admin", late | in_time | active)
            self.assertEqual(services.filtered("is_late"), late)
            domain = [("id", "in", services.ids)]
            self.assertEqual(services.search([*domain, ("is_late", "=", True)]), late)
            self.assertEqual(
                services.search([*domain, ("is_late", "=", False)]), in_time | active
            )

    def test_the_filters_find_the_turns(self):
        office, field = self._register(), self._reach("finalisation")
        services = self._as("admin", office | field)
        domain = [("id", "in", services.ids)]
        self.assertEqual(services.search([*domain, ("turn", "=", "office")]), office)
        self.assertEqual(services.search([*domain, ("turn", "=", "field")]), field)
        mine = services.search([*domain, ("coordinator_id", "=", self.admin.id)])
        self.assertEqual(mine, field)

    def test_next_step_names_the_state_of_the_visit(self):
        service = self._reach("survey")
        seen = [service.next_step]
        self._schedule(service)
        seen.append(self._as("sales", service).next_step)
        self._visit(service).action_start()
        seen.append(self._as("sales", service).next_step)
        self._visit(service).write(
            {"verdict": "not_feasible", "unfeasible_reason": "Too far", "report": "-"}
        )
        self._visit(service).action_finish()
        seen.append(self._as("sales", service).next_step)
        self.assertEqual(
            seen,
            [
                "Schedule the visit",
                "Visit the subscriber",
                "Write the report",
                "Not feasible: survey again or close",
            ],
        )

    def test_who_imports_a_list_is_called_for_each_and_mailed_for_none(self):
        self.admin.notification_type = "email"
        rows = [[f"Prospect {n}", f"0812 3456 88{n:02d}", "Jalan 1"] for n in range(12)]
        services = self._as("sales", self.env["isp.service"])
        importing = services.with_context(import_file=True)
        counts = []
        for batch in (rows[:1], rows[1:2], rows[2:]):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.mock_mail_gateway():
                result = importing.load(["contact_name", "phone", "street"], batch)
            counts.append(self.cr.sql_log_count - before)
            self.assertFalse(result["messages"])
            self.assertFalse(self._new_mails)
            made = services.browse(result["ids"])
            for service in made:
                self.assertEqual(self._get_calls(service), [self.admin])
        _first, one, ten = counts
        self.assertLess((ten - one) / 9, 15, "queries of each further row")
