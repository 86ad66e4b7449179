from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestVisit(IspCommon):
    """Somebody is sent to a subscriber who has not complained."""

    def _plan(self, service, user):
        action = self.as_user(service, user).action_plan_visit()
        wizards = self.env["isp.service.visit"].with_user(user)
        form = Form(wizards.with_context(**action["context"]))
        form.reason = "Look at the cable"
        form.technician_ids.add(self.technician)
        form.save().action_apply()
        return service.work_order_ids

    def test_a_visit_is_planned_from_the_form(self):
        service = self._create_active_service()
        others = service.work_order_ids
        visit = self._plan(service, self.admin) - others
        self.assertEqual((visit.kind, visit.state), ("visit", "scheduled"))
        self.assertEqual(visit.instruction, "Look at the cable")
        self.assertEqual(visit.technician_ids, self.technician)
        his = self.as_user(self.env["isp.work.order"], self.technician)
        self.assertIn(visit, his.search([("is_mine", "=", True)]))
        second = self._plan(service, self.admin) - others - visit
        self.assertTrue(second, "another one is no mistake")

    def test_it_is_done_and_reported_as_others_are(self):
        service = self._create_active_service()
        self._plan(service, self.admin)
        visit = service.work_order_ids.filtered(lambda order: order.kind == "visit")
        mine = self.as_user(visit, self.technician)
        mine.action_start()
        mine.report = "The cable is fine"
        mine.action_finish()
        self.assertEqual(visit.state, "done")
        self.assertEqual(service.access, "open")

    def test_administrators_plan(self):
        service = self._create_active_service()
        for user in (self.sales, self.technician, self.engineer):
            with self.assertRaises(AccessError):
                wizard = self.env["isp.service.visit"].with_user(user)
                wizard.create(
                    {
                        "service_id": service.id,
                        "reason": "x",
                        "technician_ids": [Command.set(self.technician.ids)],
                    }
                )
