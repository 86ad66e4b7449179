import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import PNG

from .common import BillingCommon

ROLES = ("accountant", "admin", "manager")


@tagged("post_install", "-at_install")
class TestKeptFields(BillingCommon):
    """Whose service a line bills, and whom it may isolate, is not moved by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_subscription("2026-06-05")
        cls.invoice = cls.service.first_invoice_id
        cls.other = cls._create_active_service()

    def _get_line(self):
        return self.invoice.invoice_line_ids.filtered("isp_service_id")[:1]

    def test_nobody_moves_a_line_to_another_service(self):
        vals = {
            "isp_service_id": self.other.id,
            "isp_charge_id": False,
            "isp_origin_line_id": False,
            "isp_date_from": "2020-01-01",
            "isp_date_to": "2020-01-01",
        }
        for role in ROLES:
            for name, value in vals.items():
                line = self._as(role, self._get_line())
                with self.subTest(role=role, name=name):
                    self._assert_refused(AccessError, line.write, {name: value})

    def test_nobody_changes_when_an_invoice_isolates(self):
        for role in ROLES:
            for name in ("isp_grace_days", "isp_schedule_id"):
                move = self._as(role, self.invoice)
                with self.subTest(role=role, name=name):
                    self._assert_refused(AccessError, move.write, {name: False})

    def test_a_new_line_bills_no_other_subscriber(self):
        accountant = self._as("accountant", self.env["account.move"])
        move = {
            "move_type": "out_invoice",
            "partner_id": self.service.partner_id.id,
            "invoice_line_ids": [
                (0, 0, {"name": "x", "isp_service_id": self.other.id, "price_unit": 1})
            ],
        }
        self._assert_refused(AccessError, accountant.create, move)
        move["invoice_line_ids"][0][2]["isp_service_id"] = self.service.id
        self.assertTrue(accountant.create(move))

    def test_a_line_to_reverse_is_of_the_same_service(self):
        accountant = self._as("accountant", self.env["account.move"])
        line = {
            "name": "x",
            "isp_service_id": self.other.id,
            "isp_origin_line_id": self._get_line().id,
            "price_unit": 1,
        }
        move = {
            "move_type": "out_invoice",
            "partner_id": self.service.partner_id.id,
            "invoice_line_ids": [(0, 0, line)],
        }
        self.assertNotEqual(self.other.partner_id, self.service.partner_id)
        self._assert_refused(AccessError, accountant.create, move)

    def test_an_accountant_still_gives_credit(self):
        invoice = self._as("accountant", self.invoice)
        note = invoice._reverse_moves()
        line = note.invoice_line_ids.filtered("isp_service_id")[:1]
        self.assertEqual(line.isp_service_id, self.service)

    def test_the_proof_of_a_payment_is_kept(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        confirmation = self.env["isp.payment.confirmation"]._submit(
            self.invoice,
            {
                "amount": 1000,
                "date": self.company._get_isp_today(),
                "journal_id": bank.id,
                "proof": base64.b64decode(PNG),
                "proof_filename": "proof.png",
            },
        )
        proof = self.env["ir.attachment"].search(
            [("res_id", "=", confirmation.id), ("res_field", "=", "proof")]
        )
        self.assertTrue(proof)
        other = base64.b64encode(b"%PDF-1.4 forged").decode()
        for role in ROLES:
            with self.subTest(role=role):
                kept = self._as(role, proof)
                self._assert_refused(AccessError, kept.write, {"datas": other})
                self._assert_refused(AccessError, kept.unlink)
                form = self._as(role, confirmation)
                self._assert_refused(AccessError, form.write, {"proof": other})
