from odoo import fields
from odoo.tests import tagged

from .common import OnboardingCommon

ACTIVITY = "isp_base.mail_activity_relocation"


@tagged("post_install", "-at_install")
class TestRelocationSurvey(OnboardingCommon):
    """The survey of the new place says no: the office decides, the old line stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_subscription()
        place = {"street": "Jalan Kemang Raya 9", "pop_id": cls.pop.id}
        admin = cls._as("admin", cls.service)
        cls.relocation = admin._relocate(place, survey=True)
        cls.survey, cls.installation = cls.relocation.work_order_ids.sorted(
            lambda order: order.kind != "survey"
        )
        cls.survey.write(
            {
                "planned_start": cls.start,
                "planned_end": fields.Datetime.add(cls.start, hours=2),
                "pic_id": cls.technician.id,
                "technician_ids": [(6, 0, cls.technician.ids)],
            }
        )
        cls._as("admin", cls.survey).action_schedule()
        cls._as("technician", cls.survey).action_start()

    def _report(self, **vals):
        technician = self._as("technician", self.survey)
        technician.write({"report": "Looked at it", **vals})
        technician.action_finish()
        self.env.invalidate_all()

    def test_the_office_is_asked_and_the_line_stays(self):
        self._report(verdict="not_feasible", unfeasible_reason="No port is free")
        self.assertEqual(self.relocation.obstacle, "No port is free")
        asked = self.service.activity_search([ACTIVITY])
        self.assertEqual(asked.user_id, self.admin)
        self.assertIn("No port is free", asked.note)
        self.assertEqual(self.service.access, "open")
        self.assertEqual(self.relocation.state, "planned")
        self._as("admin", self.service)._cancel_relocation("No port is free")
        self.assertFalse(self.service.activity_search([ACTIVITY]))
        self.assertEqual(self.installation.state, "cancelled")
        self.assertEqual(self.service.access, "open")

    def test_a_feasible_one_asks_nobody(self):
        self._report(verdict="feasible", topology="ODP 12")
        self.assertFalse(self.relocation.obstacle)
        self.assertFalse(self.service.activity_search([ACTIVITY]))
