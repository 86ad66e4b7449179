import io

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.isp_billing.tests.test_invoice_report import NOW

from ..controllers.receipt import REPORTS
from .common import BILL, CounterCommon


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestCounter(CounterCommon):
    """What a cashier takes, and gives back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls._open_drawer(amount=0)

    def _find(self, text):
        return [row["id"] for row in self._counter().find(text)]

    def test_found_by_whatever_they_name(self):
        named = (
            self.service.name,
            self.payer.phone,
            "081376543210",
            self.service.contact_name,
            self.own.name,
            self.payer.name,
        )
        for text in named:
            with self.subTest(text=text):
                self.assertIn(self.payer.id, self._find(text))
        self.assertEqual(self._find("no such person at all"), [])
        self.assertEqual(self._find("x"), [])

    def test_what_is_owed(self):
        dues = self._counter().get_dues(self.payer.id)
        self.assertEqual(dues["owed"], BILL)
        self.assertEqual([row["name"] for row in dues["dues"]], [self.own.name])
        self.assertEqual(dues["services"][0]["name"], self.service.name)
        stranger = self.env["res.partner"].create({"name": "A supplier"})
        self._assert_refused(UserError, self._counter().get_dues, stranger.id)

    def test_cash_with_change(self):
        taking = self._take("key-00001", [[False, BILL]], given=200_000)
        self.assertEqual(taking.amount_change, 200_000 - BILL)
        self.assertEqual(self.own.payment_state, "paid")
        self.assertEqual(taking.payment_ids.state, "paid")
        self.assertEqual(taking.payment_ids.create_uid, self.cashier)
        self.assertEqual(self.session.cash_taken, BILL)
        self.assertEqual(self._get_ledger(self.drawer), BILL)

    def test_split(self):
        parts = [[False, 100_000], [self.bank.id, BILL - 100_000]]
        taking = self._take("key-00001", parts)
        self.assertEqual(len(taking.payment_ids), 2)
        self.assertIn(self.own.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.own.amount_residual, 0)
        self.assertEqual(self.session.cash_taken, 100_000)
        self.assertIn(self.bank.name, self.session.ways)
        for report in REPORTS.values():
            with self.subTest(report=report):
                content = self._as("cashier", taking)._render_receipt(report)
                self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)
                text = self._extract(content)
                for part in (taking.name, "186,194", self.drawer.name, self.bank.name):
                    self.assertIn(part, text)
                self.assertNotIn("100,000", text)
        self.assertTrue(all(taking.payment_ids.mapped("isp_receipt_date")))

    def test_of_both_ways_one_message(self):
        self.company.isp_send_receipts = True
        parts = [[False, 100_000], [self.bank.id, BILL - 100_000]]
        taking = self._take("key-00001", parts)
        mail = self.env["mail.mail"].search([("model", "=", "account.payment")])
        self.assertEqual(len(mail), 1)
        for part in (taking.name, "186,194"):
            self.assertIn(part, mail.body_html + mail.subject)
        text = taking.payment_ids[1].sudo()._get_notice_text("receipt")
        self.assertRegex(text, f"186.194.*{taking.name}")

    def test_a_part(self):
        self._take("key-00001", [[False, 100_000]])
        self.assertEqual(self.own.amount_residual, BILL - 100_000)

    def test_more_than_owed_is_credit(self):
        self._take("key-00001", [[False, 200_000]])
        self.assertEqual(self.own.payment_state, "paid")
        dues = self._counter().get_dues(self.payer.id)
        self.assertEqual((dues["owed"], dues["credit"]), (0, 200_000 - BILL))

    def test_the_oldest_first(self):
        second = self._create_invoice(
            partner_id=self.payer.id, invoice_date_due="2026-07-01"
        )
        owed = BILL + sum(second.mapped("amount_residual"))
        self._take("key-00001", [[False, BILL + 1_000]], seen=owed)
        self.assertEqual(self.own.payment_state, "paid")
        self.assertEqual(second.amount_residual, owed - BILL - 1_000)

    def test_twice_sent_is_once(self):
        first = self._take("key-00001", [[False, BILL]])
        again = self._take("key-00001", [[False, BILL]])
        self.assertEqual(first, again)
        self.assertEqual(len(self.payer_payments()), 1)

    def payer_payments(self):
        payments = self.env["account.payment"]
        return payments.search([("partner_id", "=", self.payer.id)])

    def test_two_cashiers_the_second_is_told(self):
        self._open_drawer("second", amount=0, drawer=self.other_drawer)
        first = self._take("key-00001", [[False, BILL]])
        said = self._assert_refused(
            UserError, self._take, "key-00002", [[False, BILL]], role="second"
        )
        for part in (self.cashier.name, first.name, "Nothing was booked"):
            self.assertIn(part, said)
        self.assertEqual(len(self.payer_payments()), 1)

    def test_nonsense_is_refused(self):
        cases = (
            [],
            [[False, 0]],
            [[False, -1]],
            [[False, "x"]],
            [[10**9, 1]],
            [[self.other_drawer.id, 1]],
            [[False, float("nan")]],
            [[False, float("inf")]],
            "x",
            [[[], 1]],
        )
        for parts in cases:
            with self.subTest(parts=parts):
                self._assert_refused(UserError, self._take, "key-00001", parts)
        take = self._take
        self._assert_refused(UserError, take, "k", [[False, BILL]])
        self._assert_refused(UserError, take, "key-1234", [[False, BILL]], given=1)
        self.assertFalse(self.payer_payments())

    def test_without_a_drawer(self):
        self._assert_refused(
            UserError, self._take, "key-00001", [[False, BILL]], role="second"
        )

    def test_a_manager_cancels(self):
        taking = self._take("key-00001", [[False, BILL]])
        for role in ("cashier", "second", "admin", "accountant"):
            with self.subTest(role=role):
                void = self._as(role, taking)._void
                self._assert_refused(AccessError, void, "Mistake")
        self._as("manager", taking)._void("Wrong customer")
        self._before_commit()
        self.assertEqual(taking.state, "void")
        self.assertEqual(self.own.payment_state, "not_paid")
        self.assertEqual(self.session.amount_expected, 0)
        self.assertEqual(self._get_ledger(self.drawer), 0)
        said = self._assert_refused(UserError, self._as("manager", taking)._void, "x")
        self.assertIn("cancelled", said)

    def test_cancelled_it_is_isolated_again(self):
        with freeze_time("2026-06-20 03:00:00"):
            self.own.isp_isolation_date = "2026-06-01"
            self._warn()
            self._isolate_due()
            isolated = self.service.waits_for_payment
            taking = self._take("key-00001", [[False, BILL]])
            self.assertFalse(self.service.waits_for_payment)
            self._as("manager", taking)._void("Forged note")
            self._before_commit()
            self.assertEqual(self.service.waits_for_payment, isolated)
        self.assertTrue(isolated)

    def _warn(self):
        """Nobody is isolated whom no reminder has reached."""
        reminder = self.env["isp.billing.reminder"].search([], limit=1)
        self.env["isp.billing.notice"].create(
            {
                "move_id": self.own.id,
                "reminder_id": reminder.id,
                "date": "2026-06-02",
            }
        )

    def test_sent_by_message(self):
        taking = self._take("key-00001", [[False, BILL]])
        self._counter().send_receipt(taking.id)
        mails = self.env["mail.mail"].search([("model", "=", "account.payment")])
        self.assertIn(taking.payment_ids.id, mails.mapped("res_id"))
        send = self._counter("second").send_receipt
        self._assert_refused(UserError, send, taking.id)

    def test_the_receipt(self):
        taking = self._take("key-00001", [[False, BILL]])
        sheet = "isp_billing.isp_receipt_report"
        render = self._as("cashier", taking)._render_receipt
        text = self._extract(render(sheet))
        self.assertIn(taking.name, text)
        self.assertIn(self.cashier.name, text)
        self.assertNotIn("VOID", text.upper())
        self._as("manager", taking)._void("Mistake")
        for report in (sheet, "isp_billing.isp_receipt_roll_report"):
            text = self._extract(self._as("cashier", taking)._render_receipt(report))
            self.assertIn("VOID", text.upper())


@tagged("post_install", "-at_install", "isp_alone")
class TestReceiptPage(CounterCommon, HttpCase):
    """Who may see the taking gets its receipt; nobody else."""

    def test_whose_receipt(self):
        self._open_drawer(amount=0)
        owed = self._counter().get_dues(self.payer.id)["owed"]
        taking = self._take("key-00001", [[False, owed]], seen=owed)
        expected = {"cashier": 200, "second": 404, "portal": 404, "technician": 404}
        for role, status in expected.items():
            with self.subTest(role=role):
                login = self.users[role].login
                self.authenticate(login, login)
                answer = self.url_open(f"/isp_counter/receipt/{taking.id}")
                self.assertEqual(answer.status_code, status)
        out = self._counter().take_out("key-00002", "bank", self.bank.id, 1_000, "")
        for role, status in expected.items():
            with self.subTest(role=role, page="out"):
                login = self.users[role].login
                self.authenticate(login, login)
                answer = self.url_open(f"/isp_counter/out/{out['id']}")
                self.assertEqual(answer.status_code, status)
        self.authenticate(self.cashier.login, self.cashier.login)
        for page in (f"receipt/{taking.id}", f"out/{out['id']}"):
            answer = self.url_open(f"/isp_counter/{page}")
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
