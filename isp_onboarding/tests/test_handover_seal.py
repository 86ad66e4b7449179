import base64
import hashlib
import io
import json
import os
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image
from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.isp_work_order_handover import HANDOVER_REPORT
from .common import OnboardingCommon
from .test_handover import read_pdf


@tagged("post_install", "-at_install")
class TestHandoverSeal(OnboardingCommon, HttpCase):
    """P15: a handed-over document can be proved to be the one that was signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._reach("active")
        cls.visit = cls.service.sudo().work_order_ids.filtered("handover_id")
        cls.seal = cls.visit.handover_seal_ids
        cls.pdf = cls.visit.handover_id.raw

    def test_the_document_is_sealed_when_it_is_made(self):
        self.assertEqual(len(self.seal), 1)
        self.assertEqual(self.seal.sha256, hashlib.sha256(self.pdf).hexdigest())
        self.assertEqual(self.seal.size, len(self.pdf))
        text = read_pdf(self.visit.handover_id)
        self.assertIn(self.seal.code, text)
        self.assertIn("/isp/verify/", text)

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_a_seal(self):
        self.manager.group_ids |= self.env.ref("base.group_system")
        for role in ("technician", "admin", "manager"):
            seal = self._as(role, self.seal)
            for act in (
                lambda seal=seal: seal.write({"sha256": "0" * 64}),
                seal.unlink,
                lambda seal=seal: seal.create({"code": "X"}),
            ):
                self._assert_refused(AccessError, act)
        self._assert_refused(AccessError, self.seal.sudo().write, {"sha256": "0"})
        self._assert_refused(AccessError, self.seal.sudo().unlink)
        self.env.flush_all()
        for statement in (
            "UPDATE isp_handover_seal SET sha256 = 'x'",
            "DELETE FROM isp_handover_seal",
            "TRUNCATE isp_handover_seal CASCADE",
        ):
            with self.subTest(statement=statement):
                with self.assertRaises(RaiseException), self.env.cr.savepoint():
                    self.env.cr.execute(statement)

    def test_seals_are_read_by_who_went_there_and_by_administrators(self):
        for role in ("technician", "admin"):
            self.assertEqual(
                self._as(role, self.seal).search([]) & self.seal, self.seal
            )
        self.assertFalse(self.as_user(self.seal, self.stranger).search([]) & self.seal)
        for role in ("sales", "portal", "public", "warehouse"):
            self._assert_refused(AccessError, self._as(role, self.seal).read, ["code"])

    # The page

    def _open(self, path, **kwargs):
        response = self.url_open(path, **kwargs)
        return " ".join(response.text.split())

    def _post(self, path, content):
        page = self.url_open(path).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self._open(
            path,
            data={"csrf_token": token},
            files={"document": ("x.pdf", content, "application/pdf")},
        )

    def test_the_page_tells_the_document_from_another(self):
        changed = bytearray(self.pdf)
        changed[len(changed) // 2] ^= 1
        for path in ("/isp/verify", f"/isp/verify/{self.seal.code}"):
            with self.subTest(path=path):
                self.assertIn("This is it.", self._post(path, self.pdf))
                other = self._post(path, bytes(changed))
                self.assertIn("This is not", other)
                self.assertNotIn("This is it.", other)

    def test_the_page_tells_nothing_personal(self):
        page = self._post(f"/isp/verify/{self.seal.code}", self.pdf)
        service = self.service.sudo()
        self.assertIn(self.seal.number, page)
        for personal in (
            service.contact_name,
            service.phone,
            service.street,
            service.username,
            self.visit.customer_signed_by,
        ):
            self.assertNotIn(personal, page)

    def test_a_code_that_nobody_has(self):
        self.assertIn("No document has this code", self._open("/isp/verify/ABCDEF"))
        self.assertIn("No document", self._open("/isp/verify/%25"))

    def test_a_document_that_is_none_of_ours(self):
        page = self._post("/isp/verify", b"%PDF-1.4 another")
        self.assertIn("not a document that was signed here", page)
        self.assertIn("Scan the QR", page)

    def test_nonsense_finds_nothing_and_breaks_nothing(self):
        self.assertIn("No document", self._open("/isp/verify/%00"))
        self.assertIn("Is this the document", self._open("/isp/verify?code=%00"))
        forged = self._open(f"/isp/verify?code={self.seal.code}%00")
        self.assertIn("No document", forged)
        token = self.url_open("/isp/verify").text.split('name="csrf_token" value="')
        data = {"csrf_token": token[1].split('"')[0], "document": "a text"}
        answer = self.url_open("/isp/verify", data=data)
        self.assertEqual(answer.status_code, 200)

    def test_nobody_prints_a_code_or_a_reason_of_his_own(self):
        admin = self.users["admin"]
        self.authenticate(admin.login, admin.login)
        context = json.dumps(
            {
                "isp_handover_code": self.seal.code,
                "isp_handover_reason": "Of my own making",
                "isp_handover_seal": [self.seal.code, False, "Of my own making"],
            }
        )
        page = self.url_open(
            f"/report/html/isp_onboarding.isp_handover/{self.visit.id}",
            params={"context": context},
        )
        self.assertIn("A handover is printed when both sides have signed", page.text)
        self.assertNotIn(self.service.sudo().name, page.text)

    # Corrections

    def test_a_correction_is_a_new_document_that_names_the_old(self):
        old = self.visit.handover_id
        self._with_pdf("admin", self.visit)._correct_handover("The ONU is ZTEG-77")
        self.env.invalidate_all()
        self.assertEqual(old.raw, self.pdf)
        later = self.visit.handover_seal_ids - self.seal
        self.assertEqual(later.replaces_id, self.seal)
        text = read_pdf(self.visit.handover_id)
        for words in (self.seal.code, later.code, "The ONU is ZTEG-77"):
            self.assertIn(words, text)
        page = self._post(f"/isp/verify/{self.seal.code}", self.pdf)
        self.assertIn("This is it.", page)
        self.assertIn(later.code, page)
        for document in (old, self.visit.handover_id):
            self._assert_refused(AccessError, document.sudo().unlink)
            self._assert_refused(AccessError, document.sudo().write, {"raw": b"x"})

    def test_a_correction_says_what_was_signed_whatever_the_service_is_now(self):
        service = self.service.sudo()
        signed, now = service.full_address, "Jalan Pindah 99"
        service.street = now
        self.assertNotEqual(service.full_address, signed)
        self._with_pdf("admin", self.visit)._correct_handover("The ONU is ZTEG-77")
        self.env.invalidate_all()
        self.assertNotIn(now, read_pdf(self.visit.handover_id))

    def test_administrators_alone_correct_what_was_handed_over(self):
        for role in ("technician", "manager", "sales"):
            visit = self._as(role, self.visit)
            if role == "manager" and visit._is_service_admin():
                continue
            self._assert_refused(AccessError, visit._correct_handover, "x")
        unsigned = self._visit(self._reach("finalisation"), "admin")
        self._assert_refused(UserError, unsigned.action_correct_handover)

    # Nightly

    def test_a_byte_changed_in_the_filestore_is_found(self):
        seals = self.env["isp.handover.seal"]
        seals._cron_check()
        self.assertFalse(self._get_alarms())
        kept = self.visit.handover_id
        path = kept._full_path(kept.store_fname)
        os.chmod(path, 0o600)
        forged = bytearray(self.pdf)
        forged[100] ^= 1
        with open(path, "wb") as file:
            file.write(forged)
        try:
            self.env.invalidate_all()
            seals._cron_check()
            seals._cron_check()
        finally:
            with open(path, "wb") as file:
                file.write(self.pdf)
        alarm = self._get_alarms()
        self.assertEqual(len(alarm), 1)
        self.assertIn(self.seal.number, alarm.summary)
        self.assertTrue(alarm.user_id.has_group("isp_base.isp_base_group_manager"))

    def _get_alarms(self):
        kind = self.env.ref("isp_onboarding.mail_activity_type_seal")
        return self.visit.activity_ids.filtered(lambda a: a.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestDrawnSignatures(OnboardingCommon, HttpCase):
    """P16: what is signed was seen before, and was drawn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._reach("finalisation")

    @staticmethod
    def _paint(color, size=(300, 100), mode="RGBA"):
        data = io.BytesIO()
        Image.new(mode, size, color).save(data, "PNG")
        return base64.b64encode(data.getvalue())

    def test_a_blank_picture_is_no_signature(self):
        dot = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
        dot.putpixel((10, 10), (0, 0, 0, 255))
        data = io.BytesIO()
        dot.save(data, "PNG")
        blanks = (
            self._paint((0, 0, 0, 0)),
            self._paint((255, 255, 255, 255)),
            base64.b64encode(data.getvalue()),
            self._paint((0, 0, 0, 255)),
            self._paint((120, 120, 120, 255)),
        )
        for blank in blanks:
            for name in ("customer_signature", "technician_signature"):
                with self.subTest(name=name):
                    self._assert_refused(
                        ValidationError, self._visit(self.service).write, {name: blank}
                    )

    def test_each_signature_has_its_own_time(self):
        visit = self._visit(self.service)
        with freeze_time("2026-05-10 03:00:00"):
            visit.write({"customer_signed_by": "Gilang"})
            visit.customer_signature = self.signature
        with freeze_time("2026-05-10 03:07:00"):
            visit.technician_signature = self.signature
        times = (visit.customer_signed_on, visit.technician_signed_on)
        self.assertEqual(
            [fields.Datetime.to_string(time)[11:] for time in times],
            ["03:00:00", "03:07:00"],
        )

    def test_s1_4_none_is_printed_by_hand(self):
        """It would look like the record, and has no seal."""
        survey = self._create_order(self._create_service())
        for order in (survey, self._visit(self.service)):
            reports = self._as("technician", self.env["ir.actions.report"])
            with self.subTest(kind=order.kind):
                with self.assertRaisesRegex(UserError, "sealed document"):
                    reports._render_qweb_html(HANDOVER_REPORT, order.ids)

    def test_the_box_is_for_drawing(self):
        view = self._as("technician", self.env["isp.work.order"]).get_view(
            self.env.ref("isp_base.isp_work_order_view_form").id, "form"
        )
        self.assertEqual(view["arch"].count('widget="isp_drawn_signature"'), 2)
        self.assertNotIn('widget="signature"', view["arch"])

    def test_the_customer_sees_what_he_signs(self):
        visit = self._visit(self.service)
        action = visit.action_show_handover()
        self.assertTrue(visit.handover_shown_on)
        printing = patch.object(
            type(self.env["isp.work.order"]),
            "_print_handover",
            lambda order, _sealed: b"%PDF-1.4 " + order.name.encode(),
        )
        with printing:
            for role, status in (("technician", 200), ("admin", 200), ("sales", 404)):
                user = self.users[role]
                self.authenticate(user.login, user.login)
                with self.subTest(role=role):
                    page = self.url_open(action["url"])
                    self.assertEqual(page.status_code, status)
        for role in ("sales", "stranger", "warehouse"):
            user = self.stranger if role == "stranger" else self.users[role]
            act = self.as_user(visit, user).action_show_handover
            self._assert_refused(AccessError, act)
