import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import PNG

from .common import OnboardingCommon

ROLES = ("technician", "sales", "engineer", "admin", "manager", "warehouse", "root")
SIGNATURES = ("customer_signature", "technician_signature")


@tagged("post_install", "-at_install")
class TestEvidence(OnboardingCommon):
    """What was signed and handed over stays as it is, whoever asks and by which way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids |= cls.env.ref("base.group_system")
        cls.service = cls._reach("active")
        cls.visit = cls.service.sudo().work_order_ids.filtered("handover_id")
        cls.handover = cls.visit.handover_id
        cls.forged = base64.b64encode(b"%PDF-1.4 forged").decode()

    def _as_any(self, role, records):
        """Return the records as this role; "root" is code in sudo."""
        self.env.invalidate_all()
        return records.sudo() if role == "root" else self._as(role, records)

    def _get_signatures(self, visit):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "isp.work.order"),
                ("res_id", "in", visit.ids),
                ("res_field", "in", SIGNATURES),
            ]
        )

    def _assert_kept(self, attachment):
        """Nobody changes, moves or deletes it."""
        before = attachment.read(["checksum", "res_model", "res_id", "res_field"])
        other = self._create_service()
        for role in ROLES:
            for vals in (
                {"datas": self.forged},
                {"raw": b"forged"},
                {"name": "x.pdf"},
                {"res_id": other.id},
                {"res_model": "isp.service", "res_id": other.id, "res_field": False},
                {"type": "url", "url": "https://example.com"},
                {"public": True},
            ):
                with self.subTest(role=role, vals=vals):
                    forging = self._as_any(role, attachment)
                    self._assert_refused(AccessError, forging.write, dict(vals))
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._as_any(role, attachment).unlink)
        self.env.invalidate_all()
        after = attachment.read(["checksum", "res_model", "res_id", "res_field"])
        self.assertEqual(after, before)

    def test_handover_record_is_kept(self):
        self._assert_kept(self.handover)

    def test_handover_record_may_get_a_link(self):
        self.assertTrue(self.handover.sudo().generate_access_token())
        for role in ("sales", "engineer", "admin"):
            chosen = self._as(role, self.handover)
            self._assert_refused(AccessError, chosen.write, {"access_token": "abc"})

    def test_signatures_are_kept(self):
        for signature in self._get_signatures(self.visit):
            self._assert_kept(signature)

    def test_signatures_are_kept_by_the_form_too(self):
        for role in ("technician", "admin", "manager"):
            for name in SIGNATURES:
                for method in ("write", "web_save"):
                    visit = self._as(role, self.visit)
                    args = [{name: PNG.decode()}]
                    if method == "web_save":
                        args.append({})
                    with self.subTest(role=role, name=name, method=method):
                        self._assert_refused(AccessError, getattr(visit, method), *args)

    def test_nobody_signs_by_a_file(self):
        """The form alone says when a visit is signed, and who signed it."""
        service = self._reach("installation")
        self._schedule(service)
        visits = {"planned": service.visit_id, "sealed": self.visit}
        finished = self._reach("finalisation")
        visits["finished"] = finished.visit_id
        for state, visit in visits.items():
            for role in ("technician", "admin", "manager"):
                files = self._as(role, self.env["ir.attachment"])
                vals = {
                    "name": "customer_signature",
                    "res_model": "isp.work.order",
                    "res_id": visit.id,
                    "datas": PNG.decode(),
                }
                with self.subTest(state=state, role=role):
                    self._assert_refused(
                        AccessError,
                        files.create,
                        {**vals, "res_field": "customer_signature"},
                    )
                    stray = self._as(role, self.env["ir.attachment"]).create(
                        {"name": "stray.png", "datas": PNG.decode()}
                    )
                    self._assert_refused(
                        AccessError,
                        stray.write,
                        {
                            "res_model": "isp.work.order",
                            "res_id": visit.id,
                            "res_field": "customer_signature",
                        },
                    )
        self.env.invalidate_all()
        self.assertFalse(service.visit_id.sudo().customer_signature)

    def test_signatures_before_the_seal_are_not_replaced_by_a_file(self):
        service = self._reach("finalisation")
        self._sign(service)
        for signature in self._get_signatures(service.sudo().visit_id):
            for role in ("technician", "admin", "manager"):
                forging = self._as(role, signature)
                with self.subTest(role=role):
                    self._assert_refused(
                        AccessError, forging.write, {"datas": PNG.decode()}
                    )
                    self._assert_refused(AccessError, forging.unlink)

    def test_a_sealed_visit_takes_no_files_by_hand(self):
        for role in ("technician", "admin", "manager"):
            files = self._as(role, self.env["ir.attachment"])
            vals = {"name": "late.png", "datas": PNG.decode()}
            place = {"res_model": "isp.work.order", "res_id": self.visit.id}
            with self.subTest(role=role):
                self._assert_refused(AccessError, files.create, {**vals, **place})
                stray = files.create(vals)
                self._assert_refused(AccessError, stray.write, place)

    def test_a_sealed_visit_takes_no_files_by_the_chatter(self):
        """The page that takes them writes in sudo."""
        files = self.env["ir.attachment"].sudo()
        vals = {"name": "late.html", "raw": b"<p>"}
        place = {"res_model": "isp.work.order", "res_id": self.visit.id}
        self._assert_refused(AccessError, files.create, {**vals, **place})
        stray = files.create(vals)
        self._assert_refused(AccessError, stray.write, place)

    def test_evidence_does_not_go_with_its_record(self):
        for role in ("admin", "manager", "root"):
            for record in (self.visit, self.service):
                with self.subTest(role=role, record=record):
                    self._assert_refused(UserError, self._as_any(role, record).unlink)
        service = self._reach("finalisation")
        self._sign(service)
        signatures = self._get_signatures(service.sudo().visit_id)
        self._as("admin", service)._cancel("Moved away")
        self._assert_refused(UserError, self._as("admin", service).unlink)
        self.assertEqual(len(signatures.exists()), 2)

    def test_photos_of_another_visit_are_not_borrowed(self):
        """They could be changed there, where the work is still going on."""
        first, second = self._reach("installation"), self._reach("installation")
        for service in (first, second):
            self._schedule(service)
            self._visit(service).action_start()
        photo = self._as("technician", self.env["ir.attachment"]).create(
            {
                "name": "there.png",
                "datas": PNG.decode(),
                "res_model": "isp.work.order",
                "res_id": second.sudo().visit_id.id,
            }
        )
        self._assert_refused(
            UserError,
            self._visit(first).write,
            {"photo_ids": [Command.link(photo.id)]},
        )
