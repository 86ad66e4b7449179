import base64
import io

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OnboardingCommon


def read_pdf(attachment):
    reader = PdfReader(io.BytesIO(attachment.raw))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@tagged("post_install", "-at_install")
class TestSignatures(OnboardingCommon):
    """A6b: the customer signs in one box, the technician in the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._reach("finalisation")
        cls.visit = cls._visit(cls.service)

    def test_the_server_says_who_signed_and_when(self):
        with freeze_time("2026-05-10 03:00:00"):
            self._sign(self.service)
        visit = self._as("technician", self.visit)
        signed_on = fields.Datetime.to_datetime("2026-05-10 03:00:00")
        self.assertEqual(visit.customer_signed_on, signed_on)
        self.assertEqual(visit.technician_signed_on, signed_on)
        self.assertEqual(visit.technician_signed_by_id, self.technician)

    def test_who_signed_and_when_cannot_be_forged(self):
        forged = {
            "customer_signed_on": "2020-01-01 00:00:00",
            "technician_signed_on": "2020-01-01 00:00:00",
            "technician_signed_by_id": self.stranger.id,
            "handover_id": False,
        }
        for role in ("technician", "admin", "manager"):
            for name, value in forged.items():
                with self.subTest(role=role, field=name):
                    visit = self._as(role, self.visit)
                    self._assert_refused(AccessError, visit.write, {name: value})

    def test_a_removed_signature_removes_its_date(self):
        self._sign(self.service)
        visit = self._as("technician", self.visit)
        visit.write({"customer_signature": False, "technician_signature": False})
        self.assertFalse(visit.customer_signed_on)
        self.assertFalse(visit.technician_signed_on)
        self.assertFalse(visit.technician_signed_by_id)

    def test_only_those_sent_and_administrators_sign(self):
        for role in (
            "sales",
            "stranger",
            "engineer",
            "warehouse",
            "portal",
            "employee",
        ):
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    self._as(role, self.visit).write,
                    {"technician_signature": self.signature},
                )
        self._as("admin", self.visit).technician_signature = self.signature
        self.assertEqual(self.visit.sudo().technician_signed_by_id, self.admin)

    def test_nobody_signs_before_the_report_is_handed_in(self):
        service = self._reach("installation")
        self._schedule(service)
        for step in ("scheduled", "started"):
            if step == "started":
                self._visit(service).action_start()
            for role in ("technician", "admin"):
                with self.subTest(step=step, role=role):
                    self._assert_refused(
                        AccessError,
                        self._visit(service, role).write,
                        {"customer_signature": self.signature},
                    )

    def test_nobody_signs_a_survey(self):
        service = self._reach("account")
        for role in ("technician", "admin"):
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    self._visit(service, role).write,
                    {"customer_signature": self.signature},
                )

    def test_nothing_is_signed_after_activation(self):
        self._sign(self.service)
        self._as("technician", self.service).action_activate()
        for role in ("technician", "admin", "manager"):
            for vals in (
                {"customer_signature": False},
                {"customer_signed_by": "Somebody else"},
                {"technician_signature": self.signature},
            ):
                with self.subTest(role=role, vals=list(vals)):
                    self._assert_refused(
                        AccessError, self._as(role, self.visit).write, vals
                    )

    def test_a_signature_is_a_picture(self):
        for data in (b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
            with self.subTest(data=data):
                self._assert_refused(
                    UserError,
                    self._as("technician", self.visit).write,
                    {"customer_signature": base64.b64encode(data)},
                )


@tagged("post_install", "-at_install")
class TestHandoverDocument(OnboardingCommon):
    """A6b and A6c: the handover record (BAST), printed once at the activation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        onu = cls.env["product.product"].create(
            {"name": "ONU F670L", "is_storable": True, "tracking": "serial"}
        )
        cable = cls.env["product.product"].create({"name": "Drop cable"})
        lot = cls.env["stock.lot"].create({"name": "SN-770451", "product_id": onu.id})
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            onu, warehouse.lot_stock_id, 1, lot_id=lot
        )
        cls.service = cls._reach("installation", contact_name="Gilang Anugrah")
        cls._schedule(cls.service)
        request = cls._as("technician", cls.env["isp.material.request"]).create(
            {
                "work_order_id": cls.service.sudo().visit_id.id,
                "line_ids": [
                    Command.create({"product_id": onu.id, "quantity": 1}),
                    Command.create({"product_id": cable.id, "quantity": 85}),
                ],
            }
        )
        request.action_send()
        picking = cls._visit(cls.service, "warehouse").picking_ids
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        picking.button_validate()
        cls._report_installation(cls.service, parameters="VLAN 104")
        cls._sign(cls.service)

    def _hand_over(self):
        self._with_pdf("technician", self.service).action_activate()
        return self.service.sudo().visit_id.handover_id

    def test_who_takes_the_service_over_is_invited_and_gets_a_record_of_his_own(self):
        first = self._hand_over()
        heir = self.env["res.partner"].create(
            {
                "name": "Ratna Dewi",
                "phone": "+62 812-9999-1111",
                "email": "ratna.dewi@example.com",
            }
        )
        self._with_pdf("admin", self.service)._transfer(heir)
        visit = self.service.sudo().visit_id
        self.assertNotEqual(visit.handover_id, first)
        latest = visit.handover_seal_ids.sorted("id")[-1:]
        self.assertIn("Ratna Dewi", latest.reason)
        self.assertIn("Gilang Anugrah", latest.reason)
        self.assertTrue(first.exists().raw, "the former one stays")
        self.assertTrue(heir.user_ids, "invited to the portal")

    def test_activation_attaches_one_pdf(self):
        handover = self._hand_over()
        self.assertEqual(handover.name, f"BAST {self.service.name}.pdf")
        self.assertEqual(handover.mimetype, "application/pdf")
        self.assertEqual(handover.raw[:5], b"%PDF-")
        attached = self.env["ir.attachment"].search(
            [("res_model", "=", "isp.service"), ("res_id", "=", self.service.id)]
        )
        self.assertEqual(attached, handover)
        self._with_pdf("technician", self.service).action_activate()
        self.assertEqual(attached.search([("name", "=", handover.name)]), handover)

    def test_the_document_says_what_was_handed_over(self):
        text = read_pdf(self._hand_over())
        for words in (
            "Handover Record",
            self.service.name,
            "Gilang Anugrah",
            self.service.phone,
            "Jalan Anggrek 14",
            "Home 20",
            "20 / 10 Mbit/s",
            self._as("admin", self.service).username,
            "ONU F670L",
            "SN-770451",
            "Drop cable",
            "85",
            "-19.50 dBm",
            "ZTEGC8F01234",
            "ODP-07/3",
            "19.70 / 9.60 Mbit/s",
            "VLAN 104",
            "Bapak Gilang",
            "Technician",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_the_document_carries_both_signatures(self):
        reader = PdfReader(io.BytesIO(self._hand_over().raw))
        drawn = [image for page in reader.pages for image in page.images]
        self.assertGreaterEqual(len(drawn), 2)

    def test_it_was_signed_when_the_clocks_of_the_company_say(self):
        self.technician.tz = "America/New_York"
        with freeze_time("2026-05-10 17:30:00"):
            self._sign(self.service)
        text = read_pdf(self._hand_over())
        self.assertEqual(text.count("05/11/2026 12:30:00 AM"), 2, text)

    def test_the_document_hides_the_password(self):
        self.assertNotIn(
            self._as("admin", self.service)._isp_get_secret("password"),
            read_pdf(self._hand_over()),
        )

    def test_the_document_speaks_the_language_of_the_subscriber(self):
        self.env["res.lang"]._activate_lang("id_ID")
        template = self.env.ref("isp_onboarding.isp_handover_document")
        template.update_field_translations(
            "arch_db", {"id_ID": {"Handover Record": "Berita Acara Serah Terima"}}
        )
        self.service.sudo().partner_id.lang = "id_ID"
        text = read_pdf(self._hand_over())
        self.assertIn("Berita Acara Serah Terima", text)
        self.assertIn("-19,50 dBm", text)
        self.assertNotIn("Handover Record", text)

    def test_neither_warehouse_nor_accounting_read_it(self):
        users = {
            "clerk": "account.group_account_manager",
            "bookkeeper": "account.group_account_readonly",
        }
        readers = {**self.users, **self._create_users(users)}
        handover = self._hand_over()
        for role in ("warehouse", "clerk", "bookkeeper", "employee"):
            seen = self.as_user(handover, readers[role])
            with self.subTest(role=role):
                self._assert_refused(AccessError, seen.read, ["raw"])
                found = seen.search([("id", "=", seen.id), ("res_id", "!=", False)])
                self.assertFalse(found)
        for role in ("admin", "engineer", "sales", "technician", "manager"):
            self.assertTrue(self._as(role, handover).raw, role)

    def test_the_technician_and_the_salesman_may_read_it(self):
        handover = self._hand_over()
        for role in ("technician", "sales", "admin"):
            with self.subTest(role=role):
                self.assertTrue(self._as(role, handover).raw)
        for role in ("stranger", "other_sales", "portal"):
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, self._as(role, handover).read, ["raw"]
                )
