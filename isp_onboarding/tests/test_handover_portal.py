from odoo.tests import HttpCase, tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestHandoverPortal(HttpCase, OnboardingCommon):
    """The subscriber reads his own handover record, and nothing of the technicians."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._reach("active", partner_id=cls.portal.partner_id.id)
        cls.foreign = cls._reach("active")

    def _get(self, path):
        return self.url_open(path, allow_redirects=False)

    def test_a_subscriber_reads_his_own_record(self):
        self.authenticate(self.portal.login, self.portal.login)
        page = self._get(f"/my/services/{self.mine.id}")
        self.assertIn(f"/my/services/{self.mine.id}/handover", page.text)
        document = self._get(f"/my/services/{self.mine.id}/handover")
        self.assertEqual(document.status_code, 200)
        self.assertEqual(document.headers["Content-Type"], "application/pdf")
        self.assertEqual(document.content[:5], b"%PDF-")

    def test_records_of_others_are_out_of_reach(self):
        self.authenticate(self.portal.login, self.portal.login)
        handover = self.foreign.sudo().visit_id.handover_id
        answer = self._get(f"/my/services/{self.foreign.id}/handover")
        self.assertEqual(answer.status_code, 303)
        answer = self._get(f"/web/content/{handover.id}")
        self.assertNotIn(b"%PDF", answer.content)

    def test_visitors_are_asked_to_log_in(self):
        answer = self._get(f"/my/services/{self.mine.id}/handover")
        self.assertIn("/web/login", answer.headers["Location"])

    def test_the_page_hides_what_technicians_write(self):
        self.authenticate(self.portal.login, self.portal.login)
        page = self._get(f"/my/services/{self.mine.id}").text
        for words in ("Router placed in the living room", "ODP-07"):
            self.assertNotIn(words, page)
        self.assertNotIn(self._as("admin", self.mine)._isp_get_secret("password"), page)
