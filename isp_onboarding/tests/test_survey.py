from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import PNG

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestSurvey(OnboardingCommon):
    """A2b to A2d: the survey is scheduled, started and reported."""

    def test_photos_of_the_survey_are_on_the_subscriber(self):
        """P30."""
        service = self._reach("account")
        survey = service.sudo().work_order_ids.filtered(lambda o: o.kind == "survey")
        survey.photo_ids = [Command.create({"name": "roof.png", "datas": PNG})]
        for role in ("sales", "admin"):
            seen = self._as(role, service).survey_photo_ids
            self.assertEqual(seen.mapped("name"), ["roof.png"], role)
        arch = self._as("admin", service).get_view(view_type="form")["arch"]
        self.assertIn("survey_photo_ids", arch)

    def test_an_incomplete_schedule_says_all_that_is_missing(self):
        service = self._as("admin", self._reach("survey"))
        service.visit_pic_id = False
        message = self._assert_refused(UserError, service.action_schedule_visit)
        for label in (
            "Planned Start",
            "Planned End",
            "Person in Charge",
            "Technicians",
        ):
            self.assertIn(label, message)
        self.assertEqual(service.visit_state, "draft")

    def test_the_technicians_are_told_of_their_visit(self):
        service = self._reach("survey")
        self._schedule(service, self.technician | self.stranger)
        visit = self._visit(service)
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(
            visit.sudo().activity_ids.user_id, self.technician | self.stranger
        )
        self.assertEqual(self._as("technician", service).turn, "field")

    def test_a_change_of_the_plan_is_told_to_the_technicians(self):
        service = self._reach("survey")
        self._schedule(service)
        self._as("admin", service).write(
            {"visit_technician_ids": [Command.set(self.stranger.ids)]}
        )
        visit = self._visit(service, "admin")
        self.assertEqual(visit.activity_ids.user_id, self.stranger)
        later = fields.Datetime.add(self.start, days=3)
        self._as("admin", service).visit_planned_start = later
        self.assertEqual(visit.activity_ids.date_deadline, later.date())

    def test_an_end_that_is_typed_before_the_start_is_kept(self):
        """A2b: the form sends the two in the order in which they were changed."""
        service = self._as("admin", self._reach("survey"))
        for days in (5, 2):
            start = fields.Datetime.add(self.start, days=days)
            end = fields.Datetime.add(start, hours=3)
            service.write({"visit_planned_end": end, "visit_planned_start": start})
            visit = service.visit_id
            self.assertEqual((visit.planned_start, visit.planned_end), (start, end))

    def test_a_scheduled_visit_keeps_its_date_and_people(self):
        service = self._reach("survey")
        self._schedule(service)
        for vals in ({"visit_planned_start": False}, {"visit_technician_ids": [(5,)]}):
            with self.subTest(vals=vals):
                self._assert_refused(UserError, self._as("admin", service).write, vals)

    def test_a_double_booking_is_shown(self):
        first, second = self._reach("survey"), self._reach("survey")
        self._schedule(first)
        self._schedule(second)
        note = self._as("admin", second).visit_conflict_note
        self.assertIn(self.technician.name, note)
        self.assertIn(first.sudo().visit_id.name, note)

    def test_who_is_on_leave_or_not_at_work_is_shown_before_he_is_sent(self):
        service = self._reach("survey")
        resource = self.env["resource.resource"].create(
            {
                "name": self.technician.name,
                "user_id": self.technician.id,
                "company_id": self.company.id,
            }
        )
        visit = service.sudo().visit_id
        visit.write(
            {
                "planned_start": self.start,
                "planned_end": fields.Datetime.add(self.start, hours=2),
                "technician_ids": [(6, 0, self.technician.ids)],
            }
        )
        own = self._as("admin", service)
        self.assertFalse(own.visit_absence_note)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "calendar_id": resource.calendar_id.id,
                "resource_id": resource.id,
                "date_from": fields.Datetime.add(self.start, hours=-2),
                "date_to": fields.Datetime.add(self.start, hours=12),
            }
        )
        note = self._as("admin", service).visit_absence_note
        self.assertIn(f"{self.technician.name} is on leave", note)
        self.assertNotIn("Ill", note)
        midnight = fields.Datetime.add(self.start, hours=18)
        visit.write(
            {
                "planned_start": midnight,
                "planned_end": fields.Datetime.add(midnight, hours=1),
            }
        )
        self.assertTrue(self._as("admin", service).visit_hours_note)

    def test_the_technician_starts_and_gets_the_report_to_write(self):
        service = self._reach("survey")
        self._schedule(service)
        action = self._as("technician", service).action_start_visit()
        visit = self._visit(service)
        self.assertEqual(action["res_id"], visit.id)
        self.assertEqual(visit.state, "started")
        self.assertEqual(visit.started_by_id, self.technician)
        self.assertTrue(visit.date_started)
        self.assertEqual(service.access, "none", "a survey needs no line")

    def test_the_report_says_all_that_is_missing(self):
        service = self._reach("survey")
        self._schedule(service)
        visit = self._visit(service)
        visit.action_start()
        message = self._assert_refused(UserError, visit.action_finish)
        self.assertIn("Verdict", message)
        self.assertIn("Notes", message)
        visit.verdict = "feasible"
        self.assertIn("Topology", self._assert_refused(UserError, visit.action_finish))
        visit.verdict = "not_feasible"
        message = self._assert_refused(UserError, visit.action_finish)
        self.assertIn("Why Not Feasible", message)
        self.assertNotIn("Topology", message)
        self.assertEqual(visit.state, "started")

    def test_a_feasible_report_moves_to_account_by_itself(self):
        service = self._reach("survey")
        self._schedule(service)
        self._report_survey(service)
        self.assertEqual(service.state, "account")
        service = self._as("admin", service)
        self.assertEqual(service.username, service.name.lower())
        self.assertRegex(service._isp_get_secret("password"), r"^[A-Za-z0-9]{12}$")
        self.assertEqual(service.survey_id, service.visit_id)

    def test_credentials_that_exist_are_kept(self):
        service = self._reach("survey")
        self._as("admin", service).write(
            {"username": "chosen", "password": "Chosen-Password-1"}
        )
        self._take_survey(service)
        service = self._as("admin", service)
        self.assertEqual(
            (service.username, service._isp_get_secret("password")),
            ("chosen", "Chosen-Password-1"),
        )

    def test_an_unfeasible_report_stays_with_its_reason(self):
        service = self._reach("survey")
        self._take_survey(
            service, verdict="not_feasible", unfeasible_reason="No free port"
        )
        self.assertEqual(service.state, "survey")
        self.assertEqual(service.survey_reason, "No free port")
        self.assertEqual(service.turn, "office")
        self.assertIn("No free port", self._get_messages(service))
        self.assertFalse(self._as("admin", service).username)

    def test_what_was_not_feasible_can_be_surveyed_again(self):
        service = self._reach("survey")
        self._take_survey(
            service, verdict="not_feasible", unfeasible_reason="No free port"
        )
        first = service.sudo().visit_id
        self._as("admin", service).action_survey_again()
        self.assertNotEqual(service.sudo().visit_id, first)
        self.assertEqual(service.visit_state, "draft")
        self._take_survey(service)
        self.assertEqual(service.state, "account")
        self.assertEqual(self._as("admin", service).survey_id, service.sudo().visit_id)

    def test_what_was_not_feasible_can_be_closed_as_rejected(self):
        service = self._reach("survey")
        self._take_survey(
            service, verdict="not_feasible", unfeasible_reason="No free port"
        )
        self._as("admin", service).action_reject()
        self.assertEqual(service.state, "cancelled")
        self.assertEqual(service.end_reason, "No free port")
        self.assertEqual(
            service.lost_reason_id, self.env.ref("isp_base.isp_lost_reason_line")
        )
        self.assertFalse(self._get_step_activities(service))

    def test_only_what_was_not_feasible_is_rejected(self):
        service = self._as("admin", self._reach("survey"))
        self._assert_refused(UserError, service.action_reject)
        self._schedule(service)
        self._assert_refused(UserError, service.action_reject)

    def test_no_second_survey_while_one_is_going_on(self):
        service = self._as("admin", self._reach("survey"))
        self._assert_refused(UserError, service.action_survey_again)
        self._schedule(service)
        self._assert_refused(UserError, service.action_survey_again)

    def test_a_feasible_survey_can_be_repeated_from_the_account_step(self):
        service = self._as("admin", self._reach("account"))
        credentials = (service.username, service._isp_get_secret("password"))
        service.action_survey_again()
        self.assertEqual((service.state, service.visit_state), ("survey", "draft"))
        self._take_survey(service)
        self.assertEqual(
            credentials, (service.username, service._isp_get_secret("password"))
        )

    def test_a_cancelled_visit_is_planned_anew(self):
        service = self._reach("survey")
        self._schedule(service)
        first = service.sudo().visit_id
        self._visit(service, "admin")._cancel("Nobody at home")
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(first.cancel_reason, "Nobody at home")
        self.assertFalse(first.activity_ids)
        self.assertNotEqual(service.sudo().visit_id, first)
        self.assertEqual((service.state, service.visit_state), ("survey", "draft"))
        self.assertEqual(service.turn, "office")
        self.assertEqual(len(self._get_step_activities(service)), 1)

    def test_the_visit_of_a_running_step_is_not_deleted(self):
        service = self._reach("survey")
        self._assert_refused(UserError, self._visit(service, "admin").unlink)
        self.assertTrue(service.sudo().visit_id)

    def test_a_report_is_not_handed_in_twice(self):
        service = self._reach("account")
        self._assert_refused(UserError, self._visit(service).action_finish)
        self._assert_refused(UserError, self._visit(service).action_start)

    def test_the_report_is_closed_for_the_technician_once_handed_in(self):
        service = self._reach("account")
        self._assert_refused(
            AccessError, self._visit(service).write, {"topology": "Another way"}
        )

    def test_photos_are_pictures(self):
        service = self._reach("survey")
        self._schedule(service)
        visit = self._visit(service)
        visit.action_start()
        attachments = self._as("technician", self.env["ir.attachment"])
        script = attachments.create({"name": "run.sh", "raw": b"#!/bin/sh"})
        self._assert_refused(
            ValidationError, visit.write, {"photo_ids": [Command.link(script.id)]}
        )
        photo = attachments.create({"name": "pole.png", "datas": self.signature})
        visit.photo_ids = photo
        self.assertEqual(self._as("admin", photo).read(["name"])[0]["name"], "pole.png")
