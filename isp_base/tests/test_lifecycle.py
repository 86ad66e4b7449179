from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import Form, tagged

from .common import IspCommon

STATES = ("draft", "active", "terminated", "cancelled")
NOT_ADMIN = ("sales", "technician", "engineer", "warehouse", "employee", "portal")


@tagged("post_install", "-at_install", "isp_alone")
class TestLifecycle(IspCommon):
    """From draft to active to terminated, or cancelled and back."""

    def _create_in_state(self, state):
        service = self._create_service()
        if state in ("active", "terminated"):
            self._activate(service)
        if state == "terminated":
            service._terminate("Moved away")
        elif state == "cancelled":
            service._cancel("Not feasible")
        self.assertEqual(service.state, state)
        return service.with_user(self.admin)

    def _answer(self, action, user, **values):
        """Fill in and confirm the dialog that an action opens."""
        wizards = self.env[action["res_model"]].with_user(user)
        with Form(wizards.with_context(**action["context"])) as form:
            for name, value in values.items():
                form[name] = value
        form.record.action_apply()

    def test_complete_draft_is_activated(self):
        service = self._create_in_state("draft")
        self._press_activate(service)
        self.assertEqual(service.state, "active")
        self.assertEqual(service.access, "open")
        self.assertTrue(service.date_activated)
        self.assertTrue(service.access_since)

    def test_everything_that_is_missing_is_said_at_once(self):
        complete = self._create_in_state("draft")
        bare = self.env["isp.service"].create(self._prepare_registration())
        self._take_steps(bare)
        with self.assertRaises(UserError) as refused:
            bare.with_user(self.admin).action_activate()
        for label in ("Internet Plan", "User Name", "Password"):
            self.assertIn(label, str(refused.exception))
        self.assertNotEqual(bare.state, "active")
        with self.assertRaises(UserError) as refused:
            (complete | bare)._check_complete(lambda s: s._get_missing(["plan_id"]))
        self.assertIn(bare.name, str(refused.exception))
        self.assertNotIn(complete.name, str(refused.exception))

    def test_activating_twice_is_once(self):
        service = self._create_in_state("active")
        service.sudo().date_activated = "2026-01-01 00:00:00"
        version = service.access_version
        answer = service.action_activate()
        self.assertIn("nothing was done twice", answer["params"]["message"])
        self.assertEqual(str(service.date_activated), "2026-01-01 00:00:00")
        self.assertEqual(service.access_version, version)

    def test_batch_with_an_active_one_activates_the_others(self):
        draft, active = map(self._create_in_state, ("draft", "active"))
        with self._steps_taken(draft):
            (draft | active).action_activate()
        self.assertEqual(draft.state, "active")

    def test_actions_are_refused_in_the_wrong_state(self):
        allowed = {
            "action_activate": {"draft", "active"},
            "action_terminate": {"active"},
            "action_suspend": {"draft", *STATES},
            "action_restore": {"active"},
            "action_change_plan": {"active"},
            "action_cancel": {"draft"},
            "action_reopen": {"cancelled"},
        }
        for state in STATES:
            for action, states in allowed.items():
                if state in states:
                    continue
                service = self._create_in_state(state)
                with self.assertRaisesRegex(UserError, "not possible", msg=action):
                    getattr(service, action)()
                self.assertEqual(service.state, state)

    def test_methods_behind_the_dialogs_check_the_state_themselves(self):
        for state in set(STATES) - {"active"}:
            service = self._create_in_state(state)
            for call in (
                lambda s=service: s._terminate("why"),
                lambda s=service: s._suspend("manual"),
                lambda s=service: s._change_plan(self.other_plan),
            ):
                with self.assertRaisesRegex(UserError, "not possible"):
                    call()
        for state in set(STATES) - {"draft"}:
            with self.assertRaisesRegex(UserError, "not possible"):
                self._create_in_state(state)._cancel("why")

    def test_only_administrators_move_services(self):
        service = self._create_service()
        self._create_order(service, "started")
        actions = (
            "action_activate",
            "action_suspend",
            "action_restore",
            "action_terminate",
            "action_cancel",
            "action_reopen",
            "action_change_plan",
        )
        for name in NOT_ADMIN:
            for action in actions:
                records = self.as_user(service, self.users[name])
                with self.assertRaises(AccessError, msg=f"{name} {action}"):
                    getattr(records, action)()

    def test_methods_without_a_check_are_out_of_reach(self):
        services = self.env["isp.service"].with_user(self.admin)
        for method in (
            "_activate",
            "_refresh_access",
            "_restore",
            "_start_line_test",
            "_suspend",
            "_generate_password",
        ):
            with self.assertRaises(AccessError, msg=method):
                get_public_method(services, method)

    def test_managers_may_all_that_administrators_may(self):
        service = self._create_in_state("draft").with_user(self.manager)
        self._press_activate(service)
        service._terminate("Moved away")
        self.assertEqual(service.state, "terminated")

    def test_termination_asks_why_and_ends_everything(self):
        service = self._create_in_state("active")
        service._suspend("abuse")
        action = service.action_terminate()
        self._answer(action, self.admin, reason="Moved away")
        self.assertEqual(service.state, "terminated")
        self.assertEqual(service.access, "none")
        self.assertEqual(service.end_reason, "Moved away")
        self.assertTrue(service.date_terminated)
        self.assertTrue(service.suspension_ids.date_end)
        self.assertEqual(service.suspension_ids.lifted_by_id, self.admin)
        self.assertIn("Moved away", service.message_ids[0].body)

    def test_cancelling_asks_why_and_calls_the_visits_off(self):
        service = self._create_in_state("draft")
        order = self._create_order(service, "scheduled")
        service._start_line_test()
        self._answer(service.action_cancel(), self.admin, reason="No fibre there")
        self.assertEqual(service.state, "cancelled")
        self.assertEqual(service.access, "none")
        self.assertEqual(service.end_reason, "No fibre there")
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(order.cancel_reason, "No fibre there")
        self.assertFalse(order.activity_ids)

    def test_cancelling_is_counted_under_a_reason(self):
        """From the list, with words beside it or without; both is missing: refused."""
        reason = self.env["isp.lost.reason"].create({"name": "Too dear for him"})
        service = self._create_in_state("draft")
        with self.assertRaisesRegex(UserError, "give the reason"):
            self._answer(service.action_cancel(), self.admin, reason=" ")
        self._answer(
            service.action_cancel(),
            self.admin,
            lost_reason_id=reason,
            reason="Asked for half",
        )
        self.assertEqual(service.lost_reason_id, reason)
        self.assertEqual(service.end_reason, "Too dear for him: Asked for half")
        other = self._create_in_state("draft")
        self._answer(other.action_cancel(), self.admin, lost_reason_id=reason)
        self.assertEqual(other.end_reason, "Too dear for him")
        counted = self.as_user(reason, self.sales)
        self.assertEqual(counted.service_count, 2)
        found = service.search(counted.action_view_services()["domain"])
        self.assertEqual(found, service | other)
        service.action_reopen()
        self.assertFalse(service.lost_reason_id)
        running = self._create_in_state("active")
        with self.assertRaisesRegex(UserError, "give the reason"):
            self._answer(running.action_terminate(), self.admin, reason=" ")

    def test_cancelled_is_taken_up_again(self):
        service = self._create_in_state("cancelled")
        service.action_reopen()
        self.assertEqual(service.state, "draft")
        self.assertFalse(service.end_reason)
        self.assertEqual(service.access, "none")
        self._press_activate(service)
        self.assertEqual(service.access, "open")

    def test_reason_cannot_be_left_out(self):
        service = self._create_in_state("active")
        action = service.action_terminate()
        with self.assertRaises(AssertionError):
            self._answer(action, self.admin)
        self.assertEqual(service.state, "active")

    def test_state_is_told_in_the_chatter(self):
        service = self._create_in_state("draft")
        self._flush_tracking()
        self._press_activate(service)
        self._flush_tracking()
        self.assertEqual(service.message_ids[0].author_id, self.admin.partner_id)
        tracked = service.message_ids.sudo().tracking_value_ids
        self.assertIn("Active", tracked.mapped("new_value_char"))


@tagged("post_install", "-at_install")
class TestServicePlan(IspCommon):
    """Rows A4a and A4b: the plan brings its speeds, which may be overridden."""

    def test_speeds_are_those_of_the_plan(self):
        service = self._create_service().with_user(self.admin)
        self.assertEqual((service.download_mbps, service.upload_mbps), (20, 10))
        service.plan_id = self.other_plan
        self.assertEqual((service.download_mbps, service.upload_mbps), (50, 25))

    def test_plan_that_gets_faster_makes_its_services_faster(self):
        self.plan.company_id = self.company
        service = self._create_active_service()
        self.plan.with_user(self.manager).isp_download_mbps = 30
        self.assertEqual(service.download_mbps, 30)

    def test_own_speed_outlives_the_plan(self):
        service = self._create_service().with_user(self.admin)
        service.write({"speed_override": True, "download_mbps": 15, "upload_mbps": 15})
        service.plan_id = self.other_plan
        self.assertEqual((service.download_mbps, service.upload_mbps), (15, 15))
        service.speed_override = False
        self.assertEqual((service.download_mbps, service.upload_mbps), (50, 25))

    def test_speed_without_override_stays_the_plans(self):
        service = self._create_service().with_user(self.admin)
        with self.assertRaisesRegex(ValidationError, "Own Speed"):
            service.download_mbps = 1000

    def test_own_speed_is_above_zero(self):
        service = self._create_service().with_user(self.admin)
        for download, upload in ((0, 10), (10, 0), (-1, 10)):
            with self.assertRaisesRegex(ValidationError, "above zero"):
                service.write(
                    {
                        "speed_override": True,
                        "download_mbps": download,
                        "upload_mbps": upload,
                    }
                )

    def test_only_internet_plans_are_plans(self):
        router = self.env["product.template"].create({"name": "Router"})
        service = self._create_service().with_user(self.admin)
        with self.assertRaisesRegex(ValidationError, "not an internet plan"):
            service.plan_id = router
        active = self._create_active_service().with_user(self.admin)
        with self.assertRaisesRegex(ValidationError, "not an internet plan"):
            active._change_plan(router)

    def test_running_service_changes_its_plan_through_the_action(self):
        service = self._create_active_service().with_user(self.admin)
        with self.assertRaisesRegex(UserError, "Change plan"):
            service.plan_id = self.other_plan
        action = service.action_change_plan()
        wizards = self.env[action["res_model"]].with_user(self.admin)
        with Form(wizards.with_context(**action["context"])) as form:
            self.assertEqual(form.current_plan_id, self.plan)
            form.plan_id = self.other_plan
        form.record.action_apply()
        self.assertEqual(service.plan_id, self.other_plan)
        self.assertEqual(service.download_mbps, 50)

    def test_engineer_overrides_the_speed_and_moves_the_pop(self):
        service = self._create_active_service().with_user(self.engineer)
        service.write({"speed_override": True, "download_mbps": 15})
        other = self.env["isp.pop"].create({"name": "Other", "code": "OTH"})
        service.pop_id = other
        self.assertEqual(service.download_mbps, 15)
        with self.assertRaises(AccessError):
            service.note = "not his"
        with Form(service) as form:
            form.pop_id = self.pop
            form.download_mbps = 16
        self.assertEqual((service.pop_id, service.download_mbps), (self.pop, 16))

    def test_salesman_edits_his_prospect_until_others_work_on_it(self):
        service = self._create_service().with_user(self.sales)
        service.write({"note": "Dog in the yard", "street": "Jalan Baru 2"})
        service.sudo().write({"state": "active"})
        with self.assertRaises(AccessError):
            service.note = "too late"

    def test_duplicate_of_a_service_is_a_fresh_draft(self):
        service = self._create_active_service().with_user(self.admin)
        copy = service.copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.access, "none")
        self.assertEqual(copy.partner_id, service.partner_id)
        self.assertNotEqual(copy.name, service.name)
        self.assertFalse(copy.username or copy.password)
        self.assertFalse(copy.suspension_ids or copy.equipment_ids)

    def test_salesman_duplicates_what_he_may_write(self):
        """A1: a second line of his prospect; the technical part is the office's."""
        service = self._create_service(note="Dog")
        copy = self.as_user(service, self.sales).copy()
        self.assertEqual(copy.partner_id, service.partner_id)
        self.assertEqual((copy.street, copy.note), (service.street, "Dog"))
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.plan_id or copy.category_id or copy.username)
        with self.assertRaises(AccessError):
            self.as_user(service, self.sales).copy({"plan_id": self.plan.id})
        with self.assertRaises(AccessError):
            self.as_user(service, self.employee).copy()

    def test_commands_on_children_meet_their_own_guards(self):
        service = self._create_service().with_user(self.admin)
        order = self._create_order(service.sudo())
        with self.assertRaises(AccessError):
            service.work_order_ids = [Command.update(order.id, {"state": "done"})]
