from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged

from .common import IspCommon


@tagged("post_install", "-at_install", "isp_together")
class TestPortal(IspCommon, HttpCase):
    """A subscriber sees his own services, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._create_active_service(partner_id=cls.subscriber.id)
        cls.other = cls._create_active_service()
        cls.business = cls.env["res.partner"].create(
            {"name": "Warung Kopi", "is_company": True, "phone": "+62 812-3456-7999"}
        )
        cls.owner = new_test_user(
            cls.env, "isp_owner", "base.group_portal", name="Owner"
        )
        cls.owner.partner_id.parent_id = cls.business
        cls.of_business = cls._create_active_service(partner_id=cls.business.id)

    def _open(self, path, user=None):
        login = (user or self.portal).login
        self.authenticate(login, login)
        return self.url_open(path)

    def test_list_shows_ones_own(self):
        page = self._open("/my/services").text
        self.assertIn(self.own.name, page)
        self.assertIn(self.plan.name, page)
        self.assertNotIn(self.other.name, page)
        self.assertNotIn(self.of_business.name, page)

    def test_a_long_name_stays_within_the_page_of_a_phone(self):
        self.portal.name = "Rudi Hartono Kusumawardhana"
        names = html.fromstring(self._open("/my/services").content).xpath(
            "//header//span[starts-with(text(), 'Rudi Hartono')]"
        )
        self.assertTrue(names)
        for name in names:
            self.assertIn("text-truncate", name.get("class"))
            self.assertEqual(name.get("style"), "max-width: 40vw")

    def test_page_of_ones_own_service(self):
        page = self._open(f"/my/services/{self.own.id}").text
        self.assertIn(self.own.name, page)
        self.assertIn("20 Mbit/s", " ".join(page.split()))

    def test_its_days_are_those_of_the_company(self):
        self.company.partner_id.tz = "Asia/Jakarta"
        self.portal.tz = "America/New_York"
        self.own.date_activated = "2026-05-10 17:30:00"
        self.assertIn("05/11/2026", self._open(f"/my/services/{self.own.id}").text)

    def test_neither_password_nor_notes_are_shown(self):
        self.own.note = "Pays late, be firm"
        self.own.message_post(body="Told a technician to hurry")
        for path in ("/my/services", f"/my/services/{self.own.id}"):
            page = self._open(path).text
            for secret in (
                self.own._isp_get_secret("password"),
                "Pays late",
                "Told a technician",
            ):
                self.assertNotIn(secret, page)

    def test_services_of_others_lead_back_to_the_list(self):
        for number in (self.other.id, self.of_business.id, 0, -1, 2**31 - 1):
            answer = self._open(f"/my/services/{number}")
            self.assertTrue(answer.url.endswith("/my/services"), number)
            self.assertNotIn(self.other.name, answer.text)

    def test_garbage_is_not_found(self):
        for path in ("/my/services/abc", "/my/services/1.5"):
            self.assertEqual(self._open(path).status_code, 404, path)
        self.assertEqual(self._open(f"/my/services/{10**12}").status_code, 200)

    def test_person_of_a_company_sees_the_companys_services(self):
        page = self._open("/my/services", self.owner).text
        self.assertIn(self.of_business.name, page)
        self.assertNotIn(self.own.name, page)
        answer = self._open(f"/my/services/{self.of_business.id}", self.owner)
        self.assertTrue(answer.url.endswith(f"/my/services/{self.of_business.id}"))

    def test_isolation_is_explained(self):
        self.own._suspend("abuse")
        page = self._open(f"/my/services/{self.own.id}").text
        self.assertIn("Your connection is isolated", page)
        self.assertIn("Abuse", page)

    def test_state_is_said_in_the_subscribers_words(self):
        draft = self._create_service(partner_id=self.subscriber.id)
        self.assertIn("In preparation", self._open(f"/my/services/{draft.id}").text)
        self.own._terminate("Moved away")
        page = self._open(f"/my/services/{self.own.id}").text
        self.assertIn("Ended", page)
        self.assertNotIn("Moved away", page)

    def test_tile_counts_ones_own(self):
        self.assertIn("/my/services", self._open("/my").text)
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["isp_service_count"]}
        )
        self.assertEqual(answer["isp_service_count"], 1)

    def test_long_lists_are_paged(self):
        self.env["isp.service"].create(
            [
                self._prepare_registration(partner_id=self.subscriber.id)
                for _number in range(85)
            ]
        )
        first = self._open("/my/services").text
        second = self._open("/my/services/page/2").text
        self.assertIn("/my/services/page/2", first)
        self.assertNotIn(self.own.name, first)
        self.assertIn(self.own.name, second)

    def test_visitors_are_asked_to_log_in(self):
        self.authenticate(None, None)
        for path in ("/my/services", f"/my/services/{self.own.id}"):
            self.assertIn("/web/login", self.url_open(path).url)
