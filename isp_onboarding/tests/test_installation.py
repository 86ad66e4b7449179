from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestInstallation(OnboardingCommon):
    """A5a to A5c: schedule, material, line test and installation report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.location = warehouse.lot_stock_id
        cls.pop.location_id = cls.location
        cls.onu = cls.env["product.product"].create(
            {"name": "ONU", "is_storable": True, "tracking": "serial"}
        )
        cls.lot = cls.env["stock.lot"].create(
            {"name": "ONU-0001", "product_id": cls.onu.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.onu, cls.location, 1, lot_id=cls.lot
        )
        cls.service = cls._reach("installation")
        cls._schedule(cls.service)

    def _request_material(self, role="technician", quantity=1):
        order = self._visit(self.service, role)
        action = order.action_request_material()
        request = self._as(role, self.env["isp.material.request"]).with_context(
            **action["context"]
        )
        return request.create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.onu.id,
                            "quantity": quantity,
                            "note": "White one",
                        }
                    )
                ]
            }
        ).action_send()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("isp_base.isp_service_dates_cron").method_direct_trigger()

    def test_the_administrator_sets_the_fee_with_the_schedule(self):
        service = self._as("admin", self.service)
        service.installation_fee = 250_000
        self.assertEqual(service.installation_fee, 250_000)
        self.assertEqual(service.visit_state, "scheduled")

    def test_the_start_opens_the_line_for_a_day(self):
        with freeze_time("2026-05-10 02:00:00"):
            self._visit(self.service).action_start()
            self.assertEqual(self.service.access, "test")
            until = fields.Datetime.now() + timedelta(hours=24)
            self.assertEqual(self.service.test_until, until)
        with freeze_time("2026-05-11 01:59:00"):
            self._run_cron()
            self.assertEqual(self.service.access, "test")
        with freeze_time("2026-05-11 02:00:01"):
            self._run_cron()
            self.assertEqual(self.service.access, "none")

    def test_the_line_can_be_tested_again_while_the_visit_goes_on(self):
        visit = self._visit(self.service)
        self._assert_refused(UserError, visit.action_test_line)
        with freeze_time("2026-05-10 02:00:00"):
            visit.action_start()
        with freeze_time("2026-05-12 02:00:00"):
            self._run_cron()
            self.assertEqual(self.service.access, "none")
            visit.action_test_line()
            self.assertEqual(self.service.access, "test")

    def test_who_installs_reads_the_plan_of_who_surveyed(self):
        self._schedule(self.service, self.stranger)
        visit = self._as("stranger", self.service.sudo().visit_id.sudo(False))
        self.assertFalse(visit.service_id.survey_id, "another's work order")
        self.assertIn("ODP-07 port 3", visit.survey_topology)
        self.assertIn("easy to reach", visit.survey_report)

    def test_the_warehouse_gets_a_confirmed_transfer(self):
        self._request_material()
        picking = self._visit(self.service, "warehouse").picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.location_id, self.location)
        self.assertEqual(picking.location_dest_id.usage, "customer")
        self.assertEqual(picking.move_ids.product_uom_qty, 1)
        self.assertEqual(picking.move_ids.description_picking_manual, "White one")

    def _issue(self):
        """The technician requests an ONU and the warehouse issues it; the transfer."""
        self._request_material()
        picking = self._visit(self.service, "warehouse").picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _take_back(self, picking):
        wizard = self._as("warehouse", self.env["stock.return.picking"]).create(
            {"picking_id": picking.id}
        )
        wizard.product_return_moves.quantity = 1
        returned = picking.browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.picked = True
        returned.button_validate()

    def test_issued_serials_become_the_equipment(self):
        self.assertEqual(self._issue().state, "done")
        self.assertEqual(self._as("technician", self.service).equipment_ids, self.lot)

    def test_the_serial_that_was_issued_is_that_of_the_report(self):
        picking = self._issue()
        visit = self._visit(self.service)
        self.assertEqual(visit.onu_serial, self.lot.name)
        self._take_back(picking)
        self.assertFalse(self._visit(self.service).onu_serial)

    def test_the_serial_that_a_technician_wrote_stays(self):
        visit = self._visit(self.service)
        visit.action_start()
        visit.onu_serial = "ZTEGC8F09999"
        self._take_back(self._issue())
        self.assertEqual(self._visit(self.service).onu_serial, "ZTEGC8F09999")

    def test_the_report_does_not_wait_for_the_material(self):
        self._request_material(quantity=5)
        self._report_installation(self.service)
        self.assertEqual(self.service.state, "finalisation")
        self.assertFalse(self.service.sudo().equipment_ids)

    def test_material_is_requested_by_those_who_are_sent(self):
        for role in ("sales", "stranger", "engineer", "warehouse", "portal"):
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._request_material, role)

    def test_no_material_after_the_visit(self):
        self._report_installation(self.service)
        self._assert_refused(UserError, self._request_material)

    def test_the_report_says_all_that_is_missing(self):
        visit = self._visit(self.service)
        visit.action_start()
        message = self._assert_refused(UserError, visit.action_finish)
        for label in ("Speed Test Download", "Speed Test Upload", "Notes"):
            self.assertIn(label, message)
        self.assertEqual(self.service.state, "installation")

    def test_readings_are_plausible(self):
        visit = self._visit(self.service)
        visit.action_start()
        for vals in (
            {"optical_power": -51},
            {"optical_power": 21},
            {"speed_test_download": -1},
            {"speed_test_upload": -1},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(ValidationError, visit.write, vals)

    def test_the_report_moves_to_finalisation(self):
        self._report_installation(self.service)
        self.assertEqual(self.service.state, "finalisation")
        self.assertEqual(self.service.turn, "field")
        self.assertEqual(
            self._visit(self.service).date_finished.date(), fields.Date.today()
        )

    def test_a_cancelled_installation_is_planned_anew(self):
        first = self.service.sudo().visit_id
        self._visit(self.service, "admin")._cancel("Rain")
        visit = self._visit(self.service, "admin")
        self.assertNotEqual(visit, first)
        self.assertEqual((visit.kind, visit.state), ("installation", "draft"))
        self.assertEqual(self.service.state, "installation")

    def test_the_password_is_shown_to_who_is_sent_and_that_is_told(self):
        visit = self._visit(self.service)
        action = visit.action_show_credentials()
        wizard = self._as("technician", self.env[action["res_model"]])
        shown = wizard.browse(action["res_id"])
        password = self._as("admin", self.service)._isp_get_secret("password")
        self.assertEqual(shown.password, password)
        self.assertIn("credentials were shown", self._get_messages(self.service))
        self.assertNotIn(password, self._get_messages(self.service))
