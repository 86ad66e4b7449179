from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common import STEPS, OnboardingCommon

STRANGERS = (
    "sales",
    "other_sales",
    "stranger",
    "engineer",
    "warehouse",
    "accountant",
    "employee",
    "portal",
)
# The steps that each button of the office may leave.
OFFICE_BUTTONS = {
    "action_registration_done": ("draft",),
    "action_schedule_visit": ("survey", "installation"),
    "action_survey_again": ("account",),
    "action_reject": (),
    "action_account_done": ("account",),
    "action_product_done": ("product",),
    "action_step_back": ("product", "installation", "finalisation"),
    "action_reopen": (),
}
PRIVATE_METHODS = (
    "_activate",
    "_enter",
    "_take_step",
    "_open_visit",
    "_survey_done",
    "_installation_done",
    "_cancel",
    "_call_next",
    "_suspend",
    "_start_line_test",
    "_refresh_access",
    "_ensure_credentials",
    "_invite_to_portal",
)


@tagged("post_install", "-at_install")
class TestForgedCalls(OnboardingCommon):
    """A1 to A6c: what comes by RPC meets the same checks as a click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = {step: cls._reach(step) for step in STEPS}

    def _call(self, role, records, method, *args):
        """Call it as the JSON-RPC of this user would."""
        model = self._as(role, self.env[records._name])
        return call_kw(model, method, [records.ids, *args], {})

    def test_whoever_reads_services_opens_one_of_any_step(self):
        for step, service in self.services.items():
            for role in ("accountant", "warehouse", "engineer", "sales", "admin"):
                with self.subTest(step=step, role=role):
                    with Form(self._as(role, service)) as form:
                        self.assertEqual(form.contact_name, service.contact_name)

    def test_who_may_not_read_the_visit_gets_no_button_to_it(self):
        counts = {}
        for role in ("admin", "technician", "sales", "warehouse", "accountant"):
            service = self._as(role, self.env["isp.service"])
            tree = etree.fromstring(service.get_view(view_type="form")["arch"])
            counts[role] = len(tree.xpath("//button[@name='action_view_visit']"))
        signed = {"admin": 4, "technician": 4}
        read = {"sales": 3, "warehouse": 3}
        self.assertEqual(counts, {**signed, **read, "accountant": 0})

    def test_buttons_of_the_office_are_refused_to_all_others(self):
        for step, service in self.services.items():
            for role in (*STRANGERS, "technician"):
                for method in OFFICE_BUTTONS:
                    with self.subTest(step=step, role=role, method=method):
                        self._assert_refused(
                            AccessError, self._call, role, service, method
                        )
                        self.assertEqual(service.sudo().state, step)

    def test_buttons_are_refused_in_every_other_step(self):
        for step, service in self.services.items():
            for method, steps in OFFICE_BUTTONS.items():
                if step in steps:
                    continue
                with self.subTest(step=step, method=method):
                    self._assert_refused(
                        UserError, self._call, "admin", service, method
                    )
                    self.assertEqual(service.sudo().state, step)

    def test_visits_are_started_by_those_who_are_sent(self):
        for step in ("survey", "installation"):
            service = self._reach(step)
            self._schedule(service)
            for role in STRANGERS:
                with self.subTest(step=step, role=role):
                    self._assert_refused(
                        AccessError, self._call, role, service, "action_start_visit"
                    )
                    visit = service.sudo().visit_id
                    self._assert_refused(
                        AccessError, self._call, role, visit, "action_start"
                    )
                    self.assertEqual(visit.state, "scheduled")

    def test_reports_are_handed_in_by_those_who_are_sent(self):
        for step in ("survey", "installation"):
            service = self._reach(step)
            self._schedule(service)
            self._visit(service).action_start()
            visit = service.sudo().visit_id
            for role in STRANGERS:
                with self.subTest(step=step, role=role):
                    for method in ("action_finish", "action_test_line"):
                        self._assert_refused(
                            AccessError, self._call, role, visit, method
                        )
                    self._assert_refused(
                        AccessError,
                        self._call,
                        role,
                        visit,
                        "write",
                        {"report": "Mine"},
                    )
                    self.assertEqual(visit.state, "started")

    def test_visits_do_not_start_in_other_steps(self):
        for step, service in self.services.items():
            with self.subTest(step=step):
                self._assert_refused(
                    UserError, self._call, "admin", service, "action_start_visit"
                )

    def test_activation_is_refused_to_all_others(self):
        service = self._reach("finalisation")
        self._sign(service)
        for role in STRANGERS:
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, self._call, role, service, "action_activate"
                )
                self._assert_refused(
                    AccessError,
                    self._call,
                    role,
                    service.sudo().visit_id,
                    "action_activate_service",
                )

    def test_private_methods_are_out_of_reach(self):
        for method in PRIVATE_METHODS:
            for role in ("admin", "technician"):
                with self.subTest(method=method, role=role):
                    self._assert_refused(
                        AccessError, self._call, role, self.services["draft"], method
                    )

    def test_the_dialog_of_reasons_calls_no_other_method(self):
        dialog = self._as("admin", self.env["isp.reason"]).with_context(
            active_model="isp.service", active_ids=self.services["draft"].ids
        )
        for method in ("_activate", "_enter", "unlink", "write"):
            with self.subTest(method=method):
                wizard = dialog.create({"method": method, "reason": "active"})
                self._assert_refused(UserError, wizard.action_apply)


@tagged("post_install", "-at_install", "isp_alone")
class TestForgedWrites(OnboardingCommon):
    """Fields that only the methods of a step set are written by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._reach("finalisation")
        cls.visit = cls.service.sudo().visit_id

    def _get_forged_service(self):
        return {
            "state": "active",
            "access": "open",
            "visit_id": False,
            "coordinator_id": self.stranger.id,
            "step_since": "2020-01-01 00:00:00",
            "date_activated": "2020-01-01 00:00:00",
            "test_until": "2040-01-01 00:00:00",
            "end_reason": "None",
        }

    def _get_forged_visit(self):
        return {
            "state": "draft",
            "handover_id": False,
            "customer_signed_on": "2020-01-01 00:00:00",
            "technician_signed_on": "2020-01-01 00:00:00",
            "technician_signed_by_id": self.stranger.id,
            "date_started": "2020-01-01 00:00:00",
            "started_by_id": self.stranger.id,
        }

    def test_nobody_writes_the_step_of_a_service(self):
        for role in ("sales", "technician", "engineer", "admin", "manager", "portal"):
            for name, value in self._get_forged_service().items():
                with self.subTest(role=role, field=name):
                    self._assert_refused(
                        AccessError, self._as(role, self.service).write, {name: value}
                    )

    def test_nobody_writes_the_state_of_a_visit(self):
        for role in ("sales", "technician", "engineer", "admin", "manager", "portal"):
            for name, value in self._get_forged_visit().items():
                with self.subTest(role=role, field=name):
                    self._assert_refused(
                        AccessError, self._as(role, self.visit).write, {name: value}
                    )

    def test_nobody_registers_what_is_further_already(self):
        for role in ("sales", "admin"):
            for name, value in self._get_forged_service().items():
                with self.subTest(role=role, field=name):
                    self._assert_refused(
                        AccessError, self._register, role, **{name: value}
                    )

    def test_salesmen_bring_no_terms_along(self):
        for vals in (
            {"installation_fee": 0},
            {"restrict_before_payment": True},
            {"priority": "3"},
            {"plan_id": self.plan.id},
            {"activation_date": "2020-01-01"},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(AccessError, self._register, **vals)

    def test_nobody_brings_a_signature_along(self):
        orders = self._as("admin", self.env["isp.work.order"])
        self._assert_refused(
            AccessError,
            orders.create,
            {
                "service_id": self.service.id,
                "kind": "installation",
                "customer_signature": self.signature,
            },
        )

    def test_defaults_in_the_context_do_not_reach_protected_fields(self):
        forged = {f"default_{k}": v for k, v in self._get_forged_service().items()}
        services = self._as("sales", self.env["isp.service"]).with_context(**forged)
        service = services.create(self._prepare_registration())
        self.assertEqual((service.state, service.access), ("draft", "none"))
        self.assertFalse(service.coordinator_id)
        self.assertFalse(service.test_until)

    def test_a_context_opens_no_door(self):
        contexts = ({"su": True}, {"isp_force": True}, {"install_mode": True})
        for context in contexts:
            service = self._as("technician", self.service).with_context(**context)
            self._assert_refused(AccessError, service.write, {"state": "active"})

    def test_visits_are_planned_by_administrators_only(self):
        service = self._reach("survey")
        self._schedule(service)
        forged = {
            "visit_planned_start": "2040-01-01 00:00:00",
            "visit_pic_id": self.stranger.id,
            "visit_technician_ids": [Command.set(self.stranger.ids)],
        }
        for role in ("sales", "technician", "engineer"):
            for name, value in forged.items():
                with self.subTest(role=role, field=name):
                    self._assert_refused(
                        AccessError, self._as(role, service).write, {name: value}
                    )
                    self._assert_refused(
                        AccessError,
                        self._visit(service, role).write,
                        {name.removeprefix("visit_"): value},
                    )

    def test_salesmen_change_nothing_after_the_registration(self):
        service = self._reach("survey")
        for vals in (
            {"contact_name": "Other"},
            {"street": "Other"},
            {"user_id": False},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(
                    AccessError, self._as("sales", service).write, vals
                )
        service = self._register()
        self._as("sales", service).street = "Jalan Mawar 2"
        self.assertEqual(service.street, "Jalan Mawar 2")

    def test_salesmen_do_not_set_the_priority(self):
        self._assert_refused(
            AccessError, self._as("sales", self._register()).write, {"priority": "3"}
        )

    def test_credentials_are_for_administrators_and_engineers(self):
        for role in ("sales", "technician", "warehouse"):
            service = self._as(role, self.service)
            with self.subTest(role=role):
                self._assert_refused(AccessError, service.read, ["password"])
        self.assertTrue(self._as("engineer", self.service)._isp_get_secret("password"))
