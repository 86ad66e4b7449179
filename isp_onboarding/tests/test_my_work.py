from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestMyWorkOnboarding(OnboardingCommon):
    """Survey, installation and handover are sent from a phone as the forms do them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sent = 0

    def _take(self, visit, act, minutes_ago=0, role="technician", **values):
        """Take an act from the phone, written some minutes ago."""
        type(self).sent += 1
        moment = fields.Datetime.now() - timedelta(minutes=minutes_ago)
        entries = self._as(role, self.env["isp.outbox.entry"])
        entries = entries.with_context(force_report_rendering=True)
        entries._take(
            f"key-{self.sent:05}", act, visit.id, values, {}, moment.timestamp()
        )
        self.env.invalidate_all()
        return moment

    def _planned(self, state):
        service = self._reach(state)
        self._schedule(service)
        return service, service.sudo().visit_id

    def test_a_survey(self):
        service, visit = self._planned("survey")
        self._take(visit, "start")
        asked = visit.with_user(self.technician)._get_phone_questions()
        names = [question["name"] for question in asked]
        self.assertEqual(names[:2], ["verdict", "unfeasible_reason"])
        with self.assertRaises(UserError), self.cr.savepoint():
            self._take(visit, "report", verdict="perhaps", report="x")
        self._take(visit, "report", verdict="feasible", topology="ODP-7", report="Easy")
        self.assertEqual(service.state, "account")

    def test_an_installation_with_both_signatures(self):
        service, visit = self._planned("installation")
        self._take(visit, "start", 90)
        self._take(
            visit,
            "report",
            60,
            speed_test_download=19.5,
            speed_test_upload=9.5,
            optical_power=-19.5,
            report="Living room",
        )
        self.assertEqual(service.state, "finalisation")
        signature = self.signature.decode()
        signed = self._take(
            visit,
            "sign",
            50,
            customer_signed_by="Bapak Gilang",
            customer_signature=signature,
            technician_signature=signature,
        )
        signed = signed.replace(microsecond=0)
        self.assertEqual(visit.customer_signed_on, signed)
        self.assertEqual(visit.handover_shown_on, signed)
        self.assertEqual(visit.technician_signed_by_id, self.technician)
        self._take(visit, "activate", 49)
        self.assertEqual(service.state, "active")
        self.assertEqual(len(visit.handover_seal_ids), 1)

    def test_a_blank_signature_is_none(self):
        service = self._reach("finalisation")
        visit = service.sudo().visit_id
        for wrong in ("AAAA", "%%", 7, ["x"]):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._take(visit, "sign", customer_signature=wrong)
        self.assertFalse(visit.customer_signature)

    def test_it_is_signed_after_the_report_and_not_after_the_handover(self):
        service, visit = self._planned("installation")
        values = {"customer_signed_by": "x", "customer_signature": "eA=="}
        with self.assertRaises(UserError), self.cr.savepoint():
            self._take(visit, "sign", **values)
        service = self._reach("active")
        with self.assertRaises(UserError), self.cr.savepoint():
            self._take(service.sudo().visit_id, "sign", **values)

    def test_what_is_to_be_signed_stays_on_the_phone(self):
        service = self._reach("finalisation")
        orders = self._as("technician", self.env["isp.work.order"])
        visits = {visit["id"]: visit for visit in orders._get_phone_visits()}
        acts = {a["act"]: a for a in visits[service.sudo().visit_id.id]["acts"]}
        self.assertTrue(acts["report"]["done"])
        self.assertFalse(acts["sign"]["done"])
        self.assertIn(service.name, acts["sign"]["shows"][0][1])

    def test_material_is_asked_for(self):
        _service, visit = self._planned("installation")
        product = self.env["product.product"].create(
            {"name": "Drop cable of the test", "type": "consu"}
        )
        line = {"product_id": str(product.id), "quantity": "2,5", "note": "black"}
        self._take(visit, "material", lines=[line])
        move = visit.material_ids
        self.assertEqual((move.product_id, move.product_uom_qty), (product, 2.5))
        for wrong in ([], [{}], "x", [{"product_id": "x", "quantity": "1"}], [7]):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._take(visit, "material", lines=wrong)
