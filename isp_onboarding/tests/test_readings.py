from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestReadings(OnboardingCommon):
    """P10, P13: what was measured is plausible or has a reason, and stays correctable
    until the handover, with a trace."""

    def test_an_unusual_reading_needs_a_reason(self):
        service = self._reach("installation")
        self._schedule(service)
        visit = self._visit(service)
        visit.action_start()
        usual = {"speed_test_download": 19, "speed_test_upload": 9, "report": "Done"}
        for vals in (
            {"optical_power": 19.5},
            {"optical_power": -45},
            {"speed_test_download": 1000},
            {"speed_test_upload": 500},
        ):
            visit.write({"optical_power": -19.5, **usual, **vals})
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(UserError, "Reason of Unusual Readings"):
                    visit.action_finish()
        self.env["res.lang"]._activate_lang("id_ID")
        visit.optical_power = -45.5
        self.assertIn("-45.5 dBm", visit.unusual_readings)
        here = visit.with_context(lang="id_ID")
        self.assertIn("-45,5 dBm", here.unusual_readings)
        visit.reading_note = "A plan is tried"
        visit.action_finish()
        self.assertEqual(visit.state, "done")

    def test_a_device_that_was_not_issued_needs_a_reason(self):
        service = self._reach("installation")
        product = self.env["product.product"].create(
            {"name": "ONU", "is_storable": True, "tracking": "serial"}
        )
        self.env["stock.lot"].create(
            {
                "name": "SN-1001",
                "product_id": product.id,
                "isp_service_id": service.id,
            }
        )
        visit = service.sudo().visit_id
        visit.onu_serial = "SN-9999"
        self.assertIn("SN-1001", visit.unusual_readings)
        visit.onu_serial = "SN-1001"
        self.assertFalse(visit.unusual_readings)

    def test_what_was_submitted_is_corrected_until_the_handover(self):
        service = self._reach("finalisation")
        self._sign(service)
        self._flush_tracking()
        visit = self._visit(service)
        visit.optical_power = -21.5
        self.assertFalse(visit.customer_signature)
        self.assertFalse(visit.technician_signed_on)
        self._flush_tracking()
        traces = visit.sudo().message_ids.tracking_value_ids
        self.assertIn(
            (-19.5, -21.5),
            [(trace.old_value_float, trace.new_value_float) for trace in traces],
        )
        for user in (self.stranger, self.sales):
            act = self.as_user(visit, user).write
            self._assert_refused(AccessError, act, {"optical_power": -20})
        self._sign(service)
        self._with_pdf("technician", service).action_activate()
        self._assert_refused(
            AccessError, self._as("technician", visit).write, {"optical_power": -20}
        )

    def test_the_notes_of_one_technician_are_not_lost_by_those_of_another(self):
        service = self._reach("survey")
        self._schedule(service, self.technician | self.admin)
        visit = self._visit(service)
        visit.action_start()
        visit.report = "There is a dog"
        self._flush_tracking()
        self._as("admin", visit).report = "The gate is green"
        self._flush_tracking()
        traces = visit.sudo().message_ids.tracking_value_ids
        self.assertIn("There is a dog", traces.mapped("old_value_text"))

    def test_a_minus_can_be_typed(self):
        """P9."""
        view = self._as("technician", self.env["isp.work.order"]).get_view(
            self.env.ref("isp_base.isp_work_order_view_form").id, "form"
        )
        self.assertRegex(
            view["arch"], r'name="optical_power"[^>]*widget="isp_signed_float"'
        )
