from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import IspCommon

DONE = ".//i[contains(@class, 'fa-check-circle')]"


@tagged("post_install", "-at_install")
class TestRelocation(IspCommon, HttpCase):
    """The same service at another place: the old line stays up until the new works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service()
        cls.new_area = cls.env["isp.area"].create({"name": "Kemang", "code": "KMG"})
        cls.new_pop = cls.env["isp.pop"].create(
            {"name": "POP Kemang", "code": "KMG", "area_id": cls.new_area.id}
        )
        cls.place = {
            "street": "Jalan Kemang Raya 9",
            "city": "Jakarta Selatan",
            "latitude": -6.26,
            "longitude": 106.81,
            "area_id": cls.new_area.id,
            "pop_id": cls.new_pop.id,
        }

    def _relocate(self, role="admin", **kwargs):
        return self._as(role, self.service)._relocate(self.place, **kwargs)

    def _get_visit(self, relocation, kind):
        return relocation.work_order_ids.filtered(lambda order: order.kind == kind)

    def _send(self, visit):
        visit.write(
            {
                "planned_start": fields.Datetime.add(fields.Datetime.now(), days=1),
                "pic_id": self.technician.id,
                "technician_ids": [(6, 0, self.technician.ids)],
            }
        )
        self._as("admin", visit).action_schedule()

    def test_the_old_line_stays_until_the_new_one_is_reported(self):
        wizard = self._as("admin", self.env["isp.service.relocate"]).create(
            {"service_id": self.service.id, **self.place, "needs_survey": True}
        )
        with self._mails_at_once() as left:
            wizard.action_apply()
        self.assertEqual(len(left), 1)
        relocation = self.service.relocation_id
        kept = (self.service.name, self.service.username)
        self.assertTrue(self._get_visit(relocation, "survey"))
        visit = self._get_visit(relocation, "installation")
        self._send(visit)
        technician = self._as("technician", visit)
        place = "Jalan Kemang Raya 9, Jakarta Selatan"
        self.assertEqual(technician.full_address, place)
        self.assertIn("-6.26", technician.map_url)
        technician.action_start()
        self.assertEqual(self.service.access, "open")
        self.assertEqual(self.service.street, "Jalan Anggrek 14")
        self.assertEqual(self.service.pop_id, self.pop)
        technician.write(self._prepare_report("Installed at the new place"))
        with self._mails_at_once() as left:
            technician.action_finish()
        self.assertEqual(len(left), 1)
        self.assertEqual(self.service.street, "Jalan Kemang Raya 9")
        self.assertEqual(
            (self.service.area_id, self.service.pop_id), (self.new_area, self.new_pop)
        )
        self.assertEqual((self.service.state, self.service.access), ("active", "open"))
        self.assertEqual((self.service.name, self.service.username), kept)
        self.assertEqual(relocation.state, "done")
        self.assertEqual(relocation.former_pop_id, self.pop)
        self.assertEqual(self._get_visit(relocation, "survey").state, "cancelled")

    def test_the_subscriber_follows_it_in_the_portal(self):
        self.service.partner_id = self.subscriber
        relocation = self._relocate(survey=True)
        steps = [
            "Move agreed",
            "Survey of the new place",
            "Installation at the new place",
            "Your line works at the new place",
        ]
        self.assertEqual(
            self._get_shown(), [(text, text == steps[0]) for text in steps]
        )
        survey = self._get_visit(relocation, "survey")
        self._send(survey)
        technician = self._as("technician", survey)
        technician.action_start()
        answers = {"report": "Poles on both sides", "verdict": "feasible"}
        answers["topology"] = "ODP 12"  # asked for by the addon of the survey
        technician.write({n: v for n, v in answers.items() if n in survey._fields})
        technician.action_finish()
        self.assertEqual(
            self._get_shown(), [(text, text in steps[:2]) for text in steps]
        )
        self._as("admin", self.service)._cancel_relocation("He stays")
        self.assertFalse(self._get_shown())

    def _get_shown(self):
        """Return the steps on the page of the service: [(text, whether it is done)]."""
        self.authenticate(self.portal.login, self.portal.login)
        page = html.fromstring(self.url_open(f"/my/services/{self.service.id}").text)
        return [
            (step.xpath(".//strong")[0].text_content(), bool(step.xpath(DONE)))
            for step in page.xpath("//*[@id='isp_relocation']//li")
        ]

    def test_it_can_be_called_off(self):
        relocation = self._relocate()
        action = self._as("admin", self.service).action_cancel_relocation()
        reasons = self._as("admin", self.env["isp.reason"])
        reasons = reasons.with_context(**action["context"])
        with self._mails_at_once() as left:
            reasons.create({"reason": "No port is free"}).action_apply()
        mail = self.env["mail.mail"].browse(left)
        self.assertIn("does not move", mail.subject)
        self.assertNotIn("No port", mail.body_html)
        self.assertIn("No port is free", self.service.message_ids[0].body)
        self.assertEqual(relocation.state, "cancelled")
        self.assertEqual(set(relocation.work_order_ids.mapped("state")), {"cancelled"})
        self.assertEqual(self.service.street, "Jalan Anggrek 14")
        self._as("admin", self.service).action_complete_relocation()
        self.assertEqual(self.service.street, "Jalan Anggrek 14", "called off is off")

    def test_two_at_once_is_one(self):
        self._relocate()
        self._assert_refused(UserError, self._relocate)

    def test_it_ends_with_its_service(self):
        relocation = self._relocate()
        with self._mails_at_once() as left:
            self._as("admin", self.service)._terminate("Moved away")
        self.assertEqual(relocation.state, "cancelled")
        subjects = self.env["mail.mail"].browse(left).mapped("subject")
        self.assertNotIn("does not move", " ".join(subjects))

    def test_only_administrators_move_a_service(self):
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._relocate, role=role)
        relocation = self._relocate()
        for role in self.users.keys() - {"admin", "manager"}:
            service = self._as(role, self.service)
            for act in ("action_complete_relocation", "action_cancel_relocation"):
                with self.subTest(role=role, act=act):
                    self._assert_refused(AccessError, getattr(service, act))
            self._assert_refused(AccessError, service._cancel_relocation, "No")
        admin = self._as("admin", relocation)
        self._assert_refused(AccessError, admin.write, {"state": "done"})

    def test_a_technician_sees_where_he_is_sent(self):
        relocation = self._relocate()
        stranger = self.as_user(relocation, self.stranger)
        self.assertFalse(stranger.search([("id", "=", relocation.id)]))
        self._send(self._get_visit(relocation, "installation"))
        seen = self._as("technician", relocation).search([("id", "=", relocation.id)])
        self.assertEqual(seen, relocation)
