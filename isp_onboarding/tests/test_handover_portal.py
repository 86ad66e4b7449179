import base64
import io

from PIL import Image

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import OnboardingCommon
from .test_handover import read_pdf


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

    # Somebody else has the service from now on

    def _transfer(self):
        """The portal user takes the foreign service over; return its visit."""
        visit = self.foreign.sudo().visit_id
        partner = self.portal.partner_id
        partner.sudo().phone = "+62 812-9999-2222"
        self._with_pdf("admin", self.foreign)._transfer(partner)
        self.authenticate(self.portal.login, self.portal.login)
        return visit

    def _sign_as_holder(self, signature=None, service=None, file=None):
        page = self.url_open(
            f"/my/services/{(service or self.foreign).id}/handover/sign",
            data={"csrf_token": Request.csrf_token(self), "signature": signature},
            files=file and {"signature": file},
        )
        self.env.invalidate_all()
        return page

    def test_who_takes_it_over_signs_its_record(self):
        visit = self._transfer()
        former = visit._get_latest_seal()
        page = self._get(f"/my/services/{self.foreign.id}")
        self.assertIn("This service is yours now", page.text)
        for _twice in range(2):
            page = self._sign_as_holder(self.signature)
            self.assertNotIn("This service is yours now", page.text)
        later = visit._get_latest_seal()
        self.assertEqual(later.replaces_id, former, "signed once")
        self.assertEqual(later.signed_by, self.portal.name)
        self.assertTrue(later._is_document(visit.handover_id.raw))
        text = read_pdf(visit.handover_id)
        self.assertIn(former.code, text)
        self.assertIn("Signature of who has taken the service over", text)
        self.assertIn(self.portal.name, self._get_messages(self.foreign))

    def test_what_nobody_has_drawn_is_no_signature_of_his(self):
        visit = self._transfer()
        former = visit._get_latest_seal()
        blank = io.BytesIO()
        Image.new("RGBA", (300, 100), "white").save(blank, "PNG")
        for signature in ("", "no base64", base64.b64encode(blank.getvalue())):
            page = self._sign_as_holder(signature)
            self.assertIn("The signature is empty.", page.text)
        page = self._sign_as_holder(file=("x.png", b"x", "image/png"))
        self.assertLess(page.status_code, 500)
        self.assertEqual(visit._get_latest_seal(), former)

    def test_what_the_office_corrects_is_still_his_to_sign(self):
        visit = self._transfer()
        self._with_pdf("admin", visit)._correct_handover("The ONU is ZTEG-78")
        self._sign_as_holder(self.signature)
        self.assertEqual(visit._get_latest_seal().signed_by, self.portal.name)

    def test_what_the_office_corrects_later_keeps_his_signature(self):
        visit = self._transfer()
        self._sign_as_holder(self.signature)
        signed = visit._get_latest_seal()
        self._with_pdf("admin", visit)._correct_handover("The ONU is ZTEG-78")
        self.env.invalidate_all()
        later = visit._get_latest_seal()
        self.assertEqual(later.replaces_id, signed)
        self.assertEqual(later.signed_by, self.portal.name)
        self.assertEqual(later.holder_signed_on, signed.holder_signed_on)
        text = read_pdf(visit.handover_id)
        self.assertIn("Signature of who has taken the service over", text)

    def test_nobody_signs_for_another_or_without_need(self):
        self.authenticate(self.portal.login, self.portal.login)
        for service in (self.mine, self.foreign):
            seal = service.sudo().visit_id._get_latest_seal()
            self._sign_as_holder(self.signature, service)
            self.assertEqual(service.sudo().visit_id._get_latest_seal(), seal)
