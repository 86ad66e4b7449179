import base64
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.tests.common import PNG, make_bomb

from ..amounts import parse_amount
from .common import BillingCommon

PICTURE = base64.b64decode(PNG)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
NOW = "2026-05-20 20:00:00"  # the 21st in Jakarta
TODAY = date(2026, 5, 21)


class ConfirmationCommon(BillingCommon):
    """An open invoice of the subscriber, over 222,000, and our bank account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_billing_user_id = cls.users["accountant"]
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.bank.bank_acc_number = "5270 123 456"
        cls.invoice = cls._create_invoice()

    @classmethod
    def _create_invoice(cls, price=200_000, **vals):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.subscriber.id,
                "invoice_date": "2026-05-10",
                "invoice_date_due": "2026-05-17",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Router repaired",
                            "price_unit": price,
                            "tax_ids": [Command.set(cls.tax.ids)],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _prepare(cls, **vals):
        return {
            "amount": 222_000.0,
            "date": date(2026, 5, 20),
            "journal_id": cls.bank.id,
            **vals,
        }

    @classmethod
    def _submit(cls, move=None, **vals):
        confirmations = cls.env["isp.payment.confirmation"]
        return confirmations._submit(move or cls.invoice, cls._prepare(**vals))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSubmission(ConfirmationCommon):
    def _assert_problem(self, text, move=None, **vals):
        message = self._assert_refused(UserError, self._submit, move, **vals)
        self.assertIn(text, message)

    def test_what_was_confirmed_is_kept(self):
        confirmation = self._submit(note="By my wife", proof=PICTURE)
        self.assertEqual(confirmation.state, "submitted")
        self.assertTrue(confirmation.name.startswith("PC"))
        self.assertEqual(confirmation.partner_id, self.subscriber)
        self.assertEqual(confirmation.company_id, self.company)
        self.assertEqual(confirmation.amount, 222_000)
        self.assertEqual(confirmation.note, "By my wife")
        self.assertEqual(base64.b64decode(confirmation.proof), PICTURE)
        self.assertEqual(self.invoice.payment_state, "not_paid", "not yet")

    def test_the_one_responsible_is_asked_to_check(self):
        confirmation = self._submit()
        activity = confirmation.activity_ids
        self.assertEqual(activity.user_id, self.users["accountant"])
        self.assertEqual(activity.summary, self.invoice.name)
        self.assertEqual(activity.date_deadline, TODAY)

    def test_twice_is_told(self):
        self._submit()
        self._assert_problem("already")

    def test_two_at_once_are_one(self):
        """What the check does not see yet, the database refuses, in the same words."""
        self._submit()
        confirmations = self.env["isp.payment.confirmation"]
        self.patch(type(confirmations), "_get_invoice_problem", lambda self, move: None)
        with mute_logger("odoo.sql_db"):
            self._assert_problem("confirmed a payment of this invoice already")

    def test_one_open_and_more_than_zero_are_rules_of_the_database(self):
        first = self._submit()
        prepared = {**self._prepare(), "move_id": self.invoice.id}
        with mute_logger("odoo.sql_db"):
            self._assert_refused(UniqueViolation, first.create, prepared)
            self._assert_refused(CheckViolation, first.sudo().write, {"amount": 0})

    def test_after_a_rejection_it_is_confirmed_again(self):
        first = self._submit()
        self._as("accountant", first)._reject("Not found")
        second = self._submit()
        self.assertEqual(self.invoice._isp_get_confirmation(), second)

    def test_amounts(self):
        for amount, text in (
            (None, "in figures"),
            (0.0, "more than zero"),
            (-5.0, "more than zero"),
            (0.4, "more than zero"),
            (2_220_001.0, "far more"),
        ):
            with self.subTest(amount=amount):
                self._assert_problem(text, amount=amount)

    def test_days(self):
        for day, text in (
            (None, "give the day"),
            (date(2026, 5, 22), "in the future"),
            (date(2016, 5, 20), "too long ago"),
        ):
            with self.subTest(day=day):
                self._assert_problem(text, date=day)
        self.assertEqual(self._submit(date=TODAY).date, TODAY, "today in Jakarta")

    def test_only_our_bank_accounts(self):
        cash = self.env["account.journal"].search([("type", "=", "cash")], limit=1)
        for journal in (None, 0, cash.id, 10**9):
            with self.subTest(journal=journal):
                self._assert_problem("choose the bank", journal_id=journal)

    def test_a_bank_account_without_number_is_not_offered_beside_one_that_has(self):
        other = self.bank.copy({"name": "Other bank"})
        confirmations = self.env["isp.payment.confirmation"]
        self.assertNotIn(other, confirmations._get_journals(self.invoice))
        self.bank.bank_account_id = False
        self.assertIn(other, confirmations._get_journals(self.invoice))

    def test_only_open_customer_invoices(self):
        paid = self._create_invoice()
        self._pay(paid)
        cancelled = self._create_invoice()
        cancelled.button_cancel()
        draft = self._create_invoice()
        draft.button_draft()
        credit = self._create_invoice(move_type="out_refund")
        for move in (paid, cancelled, draft, credit):
            with self.subTest(state=move.state, kind=move.move_type):
                self._assert_problem("not open any more", move)

    def test_a_proof_is_judged_by_content(self):
        for proof, kind in ((PICTURE, "image"), (PDF, "pdf"), (b"", False)):
            with self.subTest(kind=kind):
                confirmation = self._submit(proof=proof, proof_filename="a.exe")
                self.assertEqual(confirmation.proof_kind, kind)
                confirmation._withdraw()
        for content in (b"MZ\x90 program", b"<svg xmlns=''/>", b"<html>", b"x%PDF-"):
            with self.subTest(content=content):
                self._assert_problem(
                    "neither", proof=content, proof_filename="transfer.png"
                )

    def test_a_proof_is_kept_under_a_name_of_ours(self):
        for name, kept in (
            ("a.html", "a.png"),
            ("../../etc/pass\0wd", "passwd.png"),
            ("C:\\bills\\june.2026.exe", "june.2026.png"),
            ("line\nbreak\u202egnp.html", "linebreakgnp.png"),
            ("", "file.png"),
        ):
            with self.subTest(name=name):
                confirmation = self._submit(proof=PICTURE, proof_filename=name)
                self.assertEqual(confirmation.proof_filename, kept)
                confirmation.unlink()

    def test_a_proof_is_no_program_and_no_bomb(self):
        script = b"GIF89a/*<script>alert(1)</script>*/"
        for proof in (script, make_bomb(), b"GIF89a", b"\x89PNG\r\n\x1a\n"):
            with self.subTest(proof=proof[:20]):
                self._assert_problem("neither", proof=proof, proof_filename="a.html")

    def test_what_is_withdrawn_leaves_no_proof(self):
        confirmation = self._submit(proof=PICTURE, proof_filename="a.png")
        confirmation._withdraw()
        self.assertFalse(confirmation.proof or confirmation.proof_filename)
        files = self.env["ir.attachment"].search(
            [("res_id", "=", confirmation.id), ("res_field", "=", "proof")]
        )
        self.assertFalse(files)

    def test_an_invoice_is_confirmed_five_times_a_day(self):
        for _time in range(5):
            self._submit()._withdraw()
        self._assert_problem("a lot within a day")
        self.assertTrue(self._submit(self._create_invoice()))

    def test_a_subscriber_confirms_twenty_times_a_day(self):
        for _time in range(4):
            invoice = self._create_invoice()
            for _again in range(5):
                self._submit(invoice)._withdraw()
        self._assert_problem("a lot within a day", self._create_invoice())

    def test_a_proof_may_have_10_mb(self):
        limit = 10 * 1024**2
        self._assert_problem("larger than 10 MB", proof=PDF.ljust(limit + 1, b" "))
        self.assertTrue(self._submit(proof=PDF.ljust(limit, b" ")))

    def test_a_proof_is_needed_when_the_company_says_so(self):
        self.company.isp_confirmation_proof = True
        self._assert_problem("add a picture or PDF")
        self.assertTrue(self._submit(proof=PICTURE))

    def test_all_that_is_wrong_is_said_at_once(self):
        message = self._assert_refused(
            UserError, self._submit, amount=None, date=None, journal_id=None
        )
        self.assertEqual(len(message.splitlines()), 3)

    def test_amounts_as_people_write_them(self):
        for text, amount in (
            ("150.000", 150_000),
            ("150,000", 150_000),
            ("Rp 150.000,00", 150_000),
            ("rp. 1.500.000,-", 1_500_000),
            ("1,500,000.25", 1_500_000.25),
            ("150000", 150_000),
            ("150 000", 150_000),
            ("1500,5", 1500.5),
            ("-5.000", -5_000),
            ("0", 0),
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_amount(text), amount)
        for text in ("", "abc", "1e9", "nan", "1.50.000", "1.000,000", "9" * 40, "--5"):
            with self.subTest(text=text):
                self.assertIsNone(parse_amount(text))


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestDecision(ConfirmationCommon):
    def test_accepting_pays_the_invoice(self):
        for role in ("accountant", "admin"):
            with self.subTest(role=role):
                invoice = self._create_invoice()
                confirmation = self._submit(invoice)
                self._as(role, confirmation).action_accept()
                self.assertEqual(confirmation.state, "accepted")
                self.assertEqual(invoice.payment_state, "paid")
                payment = confirmation.payment_id
                self.assertEqual(payment.amount, 222_000)
                self.assertEqual(payment.date, date(2026, 5, 20))
                self.assertEqual(payment.journal_id, self.bank)
                self.assertEqual(confirmation.decided_by_id, self.users[role])
                self.assertFalse(confirmation.activity_ids)

    def test_a_part_is_accepted_as_a_part(self):
        confirmation = self._submit(amount=100_000.0)
        self._as("accountant", confirmation).action_accept()
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(self.invoice.amount_residual, 122_000)
        rest = self._submit(amount=122_000.0)
        self._as("accountant", rest).action_accept()
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_more_stays_as_a_credit_of_the_subscriber(self):
        confirmation = self._submit(amount=300_000.0)
        self._as("accountant", confirmation).action_accept()
        self.assertEqual(self.invoice.payment_state, "paid")
        line = confirmation.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(line.amount_residual, -78_000)
        self.assertEqual(line.partner_id, self.subscriber)

    def test_the_accountant_corrects_what_the_bank_says_otherwise(self):
        confirmation = self._as("accountant", self._submit())
        confirmation.write({"amount": 220_000, "date": "2026-05-19"})
        confirmation.action_accept()
        self.assertEqual(confirmation.payment_id.amount, 220_000)
        self.assertEqual(confirmation.payment_id.date, date(2026, 5, 19))
        self.assertEqual(self.invoice.amount_residual, 2_000)

    def test_what_is_decided_is_not_decided_again(self):
        confirmation = self._as("accountant", self._submit())
        confirmation.action_accept()
        for method, args in (
            ("action_accept", ()),
            ("action_accept_registered", ()),
            ("action_reject", ()),
            ("_reject", ("No",)),
            ("_withdraw", ()),
        ):
            with self.subTest(method=method):
                function = getattr(confirmation, method)
                message = self._assert_refused(UserError, function, *args)
                self.assertIn("Accepted", message)
        self.assertEqual(len(self.invoice.matched_payment_ids), 1)

    def test_many_are_accepted_at_once(self):
        second = self._create_invoice()
        both = self._submit() | self._submit(second)
        self._as("accountant", both).action_accept()
        self.assertEqual(set(both.mapped("state")), {"accepted"})
        self.assertEqual((self.invoice | second).mapped("payment_state"), ["paid"] * 2)

    def test_an_invoice_paid_otherwise_is_not_paid_twice(self):
        confirmation = self._as("accountant", self._submit())
        self._assert_refused(UserError, confirmation.action_accept_registered)
        self._pay(self.invoice)
        message = self._assert_refused(UserError, confirmation.action_accept)
        self.assertIn("not open any more", message)
        confirmation.action_accept_registered()
        self.assertEqual(confirmation.state, "accepted")
        self.assertFalse(confirmation.payment_id)
        self.assertEqual(len(self.invoice.matched_payment_ids), 1)

    def test_a_rejection_is_told_in_the_subscribers_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.subscriber.write({"lang": "id_ID", "email": "siti@pelanggan.example"})
        confirmation = self._as("accountant", self._submit())
        action = confirmation.action_reject()
        wizard = (
            self._as("accountant", self.env["isp.reason"])
            .with_context(**action["context"])
            .create({"method": "_reject", "reason": "Belum masuk."})
        )
        with self._mails_at_once() as left:
            wizard.action_apply()
        self.assertEqual(confirmation.state, "rejected")
        self.assertEqual(confirmation.reject_reason, "Belum masuk.")
        message = self.invoice.message_ids[0]
        self.assertIn("Belum masuk", message.body)
        self.assertIn("Rp&nbsp;222.000", message.body, "his way of writing")
        self.assertIn(self.subscriber, message.notified_partner_ids)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertEqual(mail.ids, left, "it waits for no queue (P20)")
        self.assertFalse(confirmation.activity_ids)

    def test_a_withdrawal_closes_the_activity(self):
        confirmation = self._submit()
        confirmation._withdraw()
        self.assertEqual(confirmation.state, "withdrawn")
        self.assertFalse(confirmation.activity_ids)
        self.assertTrue(self._submit(), "it can be confirmed anew")

    def test_accepting_opens_an_isolated_service(self):
        with freeze_time("2026-05-01 03:00:00"):
            service = self._create_subscription("2026-05-01")
        invoice = service.first_invoice_id
        self.env["isp.dunning"]._judge(service)
        self.assertEqual(service.access, "isolated")
        confirmation = self._submit(invoice, amount=invoice.amount_residual)
        self.assertEqual(service.access, "isolated", "a confirmation is no payment")
        self._as("accountant", confirmation).action_accept()
        self._before_commit()
        self.assertEqual(service.access, "open")

    def test_the_invoice_leads_to_its_confirmation(self):
        confirmation = self._submit()
        invoice = self._as("accountant", self.invoice)
        self.assertEqual(invoice.isp_confirmation_count, 1)
        action = invoice.action_isp_view_confirmations()
        self.assertEqual(action["res_id"], confirmation.id)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestConfirmationRights(ConfirmationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.confirmation = cls._submit(proof=PICTURE)
        cls.users["auditor"] = new_test_user(
            cls.env, "isp_auditor", "account.group_account_readonly", name="Auditor"
        )

    def test_who_may_do_what(self):
        rights = {
            "accountant": "read write",
            "admin": "read write",
            "manager": "read write",
            "auditor": "read",
        }
        for role in self.users:
            confirmation = self._as(role, self.confirmation)
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(role=role, operation=operation):
                    self.assertEqual(
                        confirmation.has_access(operation),
                        operation in rights.get(role, "").split(),
                    )

    def test_nobody_else_decides(self):
        others = self.users.keys() - {"accountant", "admin", "manager"}
        for role in others:
            confirmation = self._as(role, self.confirmation)
            for method in (
                "action_accept",
                "action_accept_registered",
                "action_reject",
            ):
                with self.subTest(role=role, method=method):
                    self._assert_refused(AccessError, getattr(confirmation, method))
            self._assert_refused(AccessError, confirmation._reject, "No")
        self.assertEqual(self.confirmation.state, "submitted")

    def test_portal_users_read_nothing_by_rpc(self):
        for role in ("portal", "public"):
            confirmation = self._as(role, self.confirmation)
            self._assert_refused(AccessError, confirmation.read, ["amount"])
            self._assert_refused(AccessError, confirmation.search, [])

    def test_nothing_is_forged_by_rpc(self):
        payment = self._pay(self._create_invoice())
        confirmation = self._as("accountant", self.confirmation)
        for name, value in (
            ("state", "accepted"),
            ("payment_id", payment.id),
            ("move_id", self._create_invoice().id),
            ("proof", False),
            ("reject_reason", "No"),
            ("decided_by_id", self.env.uid),
            ("name", "PC1"),
        ):
            with self.subTest(name=name):
                self._assert_refused(AccessError, confirmation.write, {name: value})
        self._assert_refused(
            AccessError,
            confirmation.create,
            {**self._prepare(), "move_id": self.invoice.id},
        )

    def test_what_is_decided_is_not_rewritten(self):
        confirmation = self._as("accountant", self.confirmation)
        confirmation.action_accept()
        self._assert_refused(AccessError, confirmation.write, {"amount": 1})

    def test_confirmations_of_another_company_are_hidden(self):
        self._create_other_company(("admin",))
        stranger = self.users_b["admin"]
        confirmation = self.as_user(self.confirmation, stranger)
        self.assertFalse(confirmation.search([]))
        self._assert_refused(AccessError, confirmation.action_accept)
