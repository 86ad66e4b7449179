from datetime import timedelta

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import IspCommon

OTHER_TIME = "isp_base.mail_activity_type_other_time"


@tagged("post_install", "-at_install", "isp_together")
class TestVisitTold(IspCommon, HttpCase):
    """P19: who waits for technicians knows when they come, and can answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscriber.email = "subscriber@example.com"
        cls.service = cls._create_active_service(partner_id=cls.subscriber.id)
        cls.visit = cls._create_order(cls.service)
        cls.known = cls._search_mails()

    @classmethod
    def _search_mails(cls):
        domain = [("recipient_ids", "in", cls.subscriber.ids)]
        return cls.env["mail.mail"].search(domain, order="id")

    def _get_subjects(self):
        """Return the subjects of what was made for him, the last one last."""
        return (self._search_mails() - self.known).mapped("subject")

    def _get_visit(self, role="admin"):
        return self._as(role, self.visit)

    def _post(self, visit=None, service=None, **values):
        self.authenticate(self.portal.login, self.portal.login)
        visit, service = visit or self.visit, service or self.service
        page = self.url_open(
            f"/my/services/{service.id}/visits/{visit.id}",
            data={"csrf_token": Request.csrf_token(self), **values},
        )
        self.env.invalidate_all()
        return page

    def test_he_hears_of_what_is_planned_moved_and_cancelled_once(self):
        self._get_visit().action_schedule()
        self._get_visit().action_schedule()  # calls the technicians again
        self.assertEqual(len(self._get_subjects()), 1)
        self.assertIn("We come to you", self._get_subjects()[-1])
        self._get_visit().technician_ids = self.users["admin"]
        self.assertEqual(len(self._get_subjects()), 1)
        self._get_visit().planned_start += timedelta(days=1)
        self.assertIn("moved", self._get_subjects()[-1])
        self._get_visit()._cancel("Rain")
        self.assertIn("cancelled", self._get_subjects()[-1])
        self.assertEqual(len(self._get_subjects()), 3)

    def test_a_visit_that_nobody_told_him_of_is_cancelled_in_silence(self):
        self._get_visit()._cancel("Rain")
        self.assertFalse(self._get_subjects())

    def test_on_the_way_is_said_once_by_those_who_come(self):
        self._get_visit().action_schedule()
        other = self._as("sales", self.visit)
        self._assert_refused(AccessError, other.action_on_my_way)
        with self._mails_at_once() as left:
            self._get_visit("technician").action_on_my_way()
            self._get_visit("technician").action_on_my_way()
        self.assertEqual(len(left), 1)
        self.assertIn("on the way", self._get_subjects()[-1])
        self._get_visit("technician").action_start()
        technician = self._get_visit("technician")
        self._assert_refused(UserError, technician.action_on_my_way)

    def test_he_sees_when_and_who_and_says_that_it_suits_him(self):
        self.visit.action_schedule()
        self.authenticate(self.portal.login, self.portal.login)
        page = html.fromstring(self.url_open(f"/my/services/{self.service.id}").content)
        card = " ".join(page.get_element_by_id(f"visit_{self.visit.id}").itertext())
        self.assertIn(self.technician.name, card)
        self.assertIn("This time suits me", card)
        self._post(answer="suits")
        self.assertEqual(self.visit.customer_answer, "suits")
        self.assertFalse(self.visit.activity_search([OTHER_TIME]))

    def test_another_time_is_asked_of_who_is_in_charge(self):
        self.visit.action_schedule()
        page = self._post(answer="other", wish="  ")
        self.assertIn("Please say when somebody is at home.", page.text)
        self.assertFalse(self.visit.customer_answer)
        self._post(answer="other", wish="Saturday <b>morning</b>")
        self._post(answer="other", wish="Sunday")
        self.assertEqual(self.visit.customer_wish, "Sunday")
        asked = self.visit.activity_search([OTHER_TIME])
        self.assertEqual(asked.user_id, self.visit.pic_id)
        self.assertIn("Sunday", asked.summary)
        self._get_visit().planned_start += timedelta(days=2)
        self.assertFalse(self.visit.customer_answer)
        self.assertFalse(self.visit.activity_search([OTHER_TIME]))

    def test_nobody_answers_for_another_or_too_late(self):
        other = self._create_order(self._create_active_service(), "scheduled")
        self._post(other, other.service_id, answer="suits")
        self._post(other, answer="suits")
        self.assertFalse(other.customer_answer)
        self.visit.action_schedule()
        self._get_visit("technician").action_on_my_way()
        self._post(answer="other", wish="Tomorrow")
        self.assertFalse(self.visit.customer_wish)
        self.visit.action_start()
        self._post(answer="suits")
        self.assertFalse(self.visit.customer_answer)

    def test_those_who_await_an_answer_are_found(self):
        self.visit.action_schedule()
        self.visit._take_answer(False, "Saturday")
        orders = self.env["isp.work.order"]
        card = self.env.ref("isp_base.isp_today_card_visits_other_time")
        self.assertIn(self.visit, orders.search(card._get_domain()))
