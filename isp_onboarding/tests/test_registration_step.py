from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import STEPS, OnboardingCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRegistrationStep(OnboardingCommon):
    """A1 and A2a: a salesman registers, an administrator starts the survey."""

    def test_a_registration_waits_for_the_office(self):
        service = self._register()
        labels = dict(service._fields["state"]._description_selection(self.env))
        self.assertEqual(labels[service.state], "Registration")
        self.assertEqual(service.turn, "office")
        self.assertTrue(service.next_step)
        self.assertEqual(self._get_step_activities(service).user_id, self.admin)

    def test_a_salesman_sees_his_own_prospects_only(self):
        service = self._register()
        others = self._as("other_sales", service)
        self.assertFalse(others.search([("id", "=", service.id)]))
        self._assert_refused(AccessError, others.read, ["contact_name"])
        self._assert_refused(AccessError, others.write, {"note": "Mine now"})
        self.assertEqual(self._as("sales", service).search([]), service)

    def test_the_survey_is_started_by_the_administrator(self):
        service = self._as("admin", self._register())
        service.priority = "2"
        service.action_registration_done()
        visit = service.visit_id
        self.assertEqual(service.state, "survey")
        self.assertEqual((visit.kind, visit.state), ("survey", "draft"))
        self.assertEqual(visit.priority, "2")
        self.assertEqual(visit.pic_id, self.admin)
        self.assertEqual(service.coordinator_id, self.admin)

    def test_everything_that_is_missing_is_said_at_once(self):
        service = self._as("admin", self._register(street=False))
        service.user_id = False
        message = self._assert_refused(UserError, service.action_registration_done)
        self.assertIn("Address", message)
        self.assertIn("Salesperson", message)
        self.assertEqual(service.state, "draft")
        self.assertFalse(service.visit_id)

    def test_several_incomplete_registrations_are_named_together(self):
        services = self._register(street=False) | self._register(street=False)
        services = self._as("admin", services)
        message = self._assert_refused(UserError, services.action_registration_done)
        for service in services:
            self.assertIn(service.name, message)

    def test_several_registrations_are_taken_at_once(self):
        services = self._as("admin", self._register() | self._register())
        services.action_registration_done()
        self.assertEqual(services.mapped("state"), ["survey", "survey"])
        self.assertEqual(len(services.visit_id), 2)

    def test_the_second_colleague_does_not_become_the_coordinator(self):
        service = self._reach("account")
        self._as("manager", service).write(
            {"category_id": self.category.id, "area_id": self.area.id}
        )
        self._as("manager", service).action_account_done()
        self.assertEqual(service.coordinator_id, self.admin)

    def test_the_chatter_tells_the_step(self):
        service = self._register()
        self._flush_tracking()
        self._take_registration(service)
        self._flush_tracking()
        values = service.sudo().message_ids.tracking_value_ids
        state = values.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(
            (state.old_value_char, state.new_value_char), ("Registration", "Survey")
        )

    def test_a_prospect_who_gives_up_leaves_nothing_to_do(self):
        """No visit and no activity is left of a cancelled subscriber."""
        for step in ("draft", "survey", "installation"):
            with self.subTest(step=step):
                service = self._as("admin", self._reach(step))
                if step != "draft":
                    self._schedule(service)
                wizard = service.action_cancel()
                self.env[wizard["res_model"]].with_user(self.admin).with_context(
                    **wizard["context"]
                ).create({"reason": "Moved away"}).action_apply()
                self.assertEqual(service.state, "cancelled")
                self.assertFalse(service.work_order_ids.filtered("is_open"))
                self.assertFalse(service.sudo().activity_ids)
                self.assertFalse(service.work_order_ids.sudo().activity_ids)
                self.assertFalse(service.turn or service.step_deadline)

    def test_a_cancelled_prospect_starts_anew_when_reopened(self):
        service = self._as("admin", self._reach("survey"))
        service._cancel("Gave up")
        service.action_reopen()
        self.assertEqual(service.state, "draft")
        self.assertFalse(service.visit_id)
        self.assertEqual(len(self._get_step_activities(service)), 1)
        service.action_registration_done()
        self.assertEqual(service.visit_state, "draft")

    def test_columns_stand_in_the_order_of_the_steps(self):
        for state in ("account", "draft"):
            self._reach(state)
        kanban = self._as("admin", self.env["isp.service"]).with_context(
            read_group_expand=True
        )
        everybody = [("company_id", "=", self.company.id)]

        def columns(records, domain):
            groups = records.web_read_group(domain, ["state"], ["__count"])["groups"]
            return [group["state"] for group in groups]

        every_step = kanban.with_context(isp_all_steps=True)
        self.assertEqual(columns(every_step, everybody), list(STEPS[:-1]))
        some = columns(kanban, [*everybody, ("state", "in", ("account", "draft"))])
        self.assertEqual(some, ["draft", "account"])

    def test_what_is_missing_is_called_as_the_form_calls_it(self):
        """P29: whoever reads a message finds the field by its name."""
        asked = {
            "isp.service": {"contact_name", "phone", "street", "plan_id", "pop_id"},
            "isp.work.order": {"report", "customer_signed_by", "planned_start"},
        }
        for model, names in asked.items():
            view = self._as("manager", self.env[model]).get_view(view_type="form")
            arch = etree.fromstring(view["arch"])
            for name in sorted(names):
                labels = self.env[model].fields_get([name])[name]["string"]
                nodes = arch.xpath(f"//field[@name='{name}'] | //label[@for='{name}']")
                shown = [node.get("string") for node in nodes if node.get("string")]
                with self.subTest(model=model, name=name):
                    self.assertLessEqual(set(shown), {labels})
