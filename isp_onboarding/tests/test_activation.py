from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import STEPS, OnboardingCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestActivation(OnboardingCommon):
    """A6a and A6c: the last save makes the subscriber active."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._reach("finalisation")

    def test_unsigned_is_not_activated(self):
        service = self._as("admin", self.service)
        message = self._assert_refused(UserError, service.action_activate)
        for label in ("Customer's Signature", "Signed By", "Technician's Signature"):
            self.assertIn(label, message)
        self.assertEqual(service.state, "finalisation")

    def test_each_signature_is_needed(self):
        for name in ("customer_signature", "technician_signature"):
            with self.subTest(missing=name):
                self._sign(self.service)
                self._visit(self.service)[name] = False
                service = self._as("technician", self.service)
                self._assert_refused(UserError, service.action_activate)

    def test_what_was_emptied_since_is_asked_for_again(self):
        self._sign(self.service)
        service = self._as("admin", self.service)
        service.write({"plan_id": False, "billing_schedule_id": False})
        message = self._assert_refused(UserError, service.action_activate)
        self.assertIn("Internet Plan", message)
        self.assertIn("Billing Schedule", message)

    def test_the_technician_activates(self):
        self._sign(self.service)
        self._as("technician", self._visit(self.service)).action_activate_service()
        self.assertEqual((self.service.state, self.service.access), ("active", "open"))
        self.assertTrue(self.service.date_activated)
        self.assertFalse(self.service.turn or self.service.step_deadline)
        self.assertFalse(self.service.sudo().activity_ids)
        self.assertFalse(self._visit(self.service).sudo().activity_ids)

    def test_the_administrator_activates(self):
        self._sign(self.service)
        self._as("admin", self.service).action_activate()
        self.assertEqual(self.service.state, "active")

    def test_the_person_in_charge_activates(self):
        service = self._reach("installation")
        self._schedule(service, visit_pic_id=self.stranger.id)
        self._report_installation(service)
        self._sign(service)
        self._as("stranger", service).action_activate()
        self.assertEqual(service.state, "active")

    def test_nobody_else_activates(self):
        self._sign(self.service)
        for role in (
            "sales",
            "stranger",
            "engineer",
            "warehouse",
            "employee",
            "portal",
        ):
            with self.subTest(role=role):
                service = self._as(role, self.service)
                self._assert_refused(AccessError, service.action_activate)
                self.assertEqual(self.service.sudo().state, "finalisation")

    def test_the_technician_of_the_survey_does_not_activate(self):
        service = self._reach("installation")
        self._schedule(service, self.stranger)
        visit = self._visit(service, "stranger")
        visit.action_start()
        visit.write(
            {"speed_test_download": 1, "speed_test_upload": 1, "report": "Done"}
        )
        visit.action_finish()
        visit.write(
            {
                "customer_signed_by": "Bapak Gilang",
                "customer_signature": self.signature,
                "technician_signature": self.signature,
            }
        )
        survey = self._as("technician", self._as("admin", service).survey_id)
        self._assert_refused(AccessError, survey.action_activate_service)
        self._assert_refused(
            AccessError, self._as("technician", service).action_activate
        )

    def test_no_step_before_the_last_is_activated(self):
        for step in STEPS[:-2]:
            with self.subTest(step=step):
                service = self._as("admin", self._reach(step))
                self._assert_refused(UserError, service.action_activate)
                self.assertEqual(service.state, step)

    def test_twice_is_once(self):
        self._sign(self.service)
        self._as("technician", self.service).action_activate()
        activated = self.service.date_activated
        handover = self.service.sudo().visit_id.handover_id
        notice = self._as("admin", self.service).action_activate()
        self.assertEqual(notice["tag"], "display_notification")
        self.assertIn(self.service.name, notice["params"]["message"])
        self.assertEqual(self.service.date_activated, activated)
        self.assertEqual(self.service.sudo().visit_id.handover_id, handover)

    def test_restricted_is_active_and_isolated(self):
        self._as("admin", self.service).restrict_before_payment = True
        self._sign(self.service)
        self._as("technician", self.service).action_activate()
        self.assertEqual(
            (self.service.state, self.service.access), ("active", "isolated")
        )
        suspension = self.service.sudo().suspension_ids
        self.assertEqual(suspension.reason, "before_payment")
        self._assert_refused(
            AccessError, self._as("technician", self.service).action_restore
        )
        self._as("admin", self.service).action_restore()
        self.assertEqual(self.service.access, "open")
        self.assertEqual(suspension.lifted_by_id, self.admin)

    def test_the_restriction_is_decided_before_anyone_can_activate(self):
        """P17: by category, else by plan, else for all of the company."""
        cases = (
            ("yes", "no", False, True),
            ("no", "yes", True, False),
            (False, "yes", False, True),
            (False, "no", True, False),
            (False, False, True, True),
            (False, False, False, False),
        )
        for category, plan, company, expected in cases:
            self.category.restrict_before_payment = category
            self.plan.isp_restrict_before_payment = plan
            self.company.isp_restrict_before_payment = company
            with self.subTest(category=category, plan=plan, company=company):
                service = self._reach("installation")
                self.assertEqual(service.sudo().restrict_before_payment, expected)
        self.company.isp_restrict_before_payment = True
        service = self._reach("finalisation")
        self._sign(service)
        self._as("technician", service).action_activate()
        self.assertEqual((service.state, service.access), ("active", "isolated"))
        self.category.restrict_before_payment = "no"
        self._as("admin", service)._change_plan(self.other_plan)
        self.assertTrue(service.sudo().restrict_before_payment)

    def test_only_administrators_switch_the_restriction(self):
        for role in ("sales", "technician", "engineer"):
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    self._as(role, self.service).write,
                    {"restrict_before_payment": True},
                )

    def test_late_activation_is_billed_from_its_day(self):
        self._as("admin", self.service).activation_date = "2020-01-01"
        self._sign(self.service)
        self._as("technician", self.service).action_activate()
        self.assertEqual(
            self.service.activation_date,
            fields.Date.context_today(self._as("technician", self.service)),
        )

    def test_the_chatter_tells_the_whole_way(self):
        self._sign(self.service)
        self._flush_tracking()
        self._as("technician", self.service).action_activate()
        self._flush_tracking()
        values = self.service.sudo().message_ids.tracking_value_ids
        state = values.filtered(lambda value: value.field_id.name == "state")
        self.assertIn("Active", state.mapped("new_value_char"))
        self.assertIn("Bapak Gilang", self._get_messages(self.service))
