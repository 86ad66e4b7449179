import io

import psycopg2
from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.isp_billing.tests.test_invoice_report import NOW

from .common import BILL, CounterCommon

REPORT = "isp_counter.isp_drawer_session_report"


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestSession(CounterCommon):
    """A drawer is opened, counted and closed by one person."""

    def test_one_drawer_one_person(self):
        self._open_drawer()
        said = self._assert_refused(UserError, self._open_drawer, "second")
        self.assertIn("Cashier", said)
        self._assert_refused(UserError, self._open_drawer, drawer=self.other_drawer)
        self._open_drawer("second", drawer=self.other_drawer)

    def test_the_database_says_so_too(self):
        session = self._open_drawer()
        for vals in ({"user_id": self.second.id}, {"journal_id": self.other_drawer.id}):
            with (
                self.subTest(vals=vals),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                session.copy({"name": "DSX", **vals})

    def test_counted_right(self):
        session = self._open_drawer()
        self._take("key-00001", [[False, BILL]], given=200_000)
        self.assertEqual(session.amount_expected, 100_000 + BILL)
        self._counter().close_session(100_000 + BILL)
        self.assertEqual((session.state, session.difference), ("closed", 0))
        self.assertFalse(session.difference_move_id)
        self.assertEqual(self._counter().get_state()["session"], False)

    def test_a_difference_has_a_reason_and_an_entry(self):
        session = self._open_drawer(amount=0)
        self._take("key-00001", [[False, BILL]])
        close = self._counter().close_session
        said = self._assert_refused(UserError, close, BILL - 194)
        self.assertIn("say why", said)
        self._assert_refused(UserError, close, BILL - 194, "  ")
        self._counter().close_session(BILL - 194, "Wrong change")
        self.assertEqual(session.difference, -194)
        self.assertIn("Wrong change", session.difference_move_id.ref)
        self.assertEqual(session.difference_move_id.state, "posted")
        loss = self.drawer._isp_get_difference_account(-1)
        line = session.difference_move_id.line_ids.filtered("debit")
        self.assertEqual((line.account_id, line.debit), (loss, 194))
        self.assertEqual(self._get_ledger(self.drawer), BILL - 194)

    def test_closed_it_stays(self):
        session = self._open_drawer(amount=0)
        taking = self._take("key-00001", [[False, BILL]])
        self._counter().close_session(BILL)
        self._assert_refused(UserError, session.write, {"closing_amount": 1})
        self._assert_refused(UserError, session.unlink)
        void = self._as("manager", taking)._void
        self.assertIn("counted", self._assert_refused(UserError, void, "Mistake"))
        self._assert_refused(UserError, self._counter().close_session, BILL)
        # The next one is proposed what was counted.
        (row,) = [
            row
            for row in self._counter().get_state()["drawers"]
            if row["id"] == self.drawer.id
        ]
        self.assertEqual(row["last"], BILL)

    def _reopen(self, amount, *reason):
        """Open the drawer anew, which was left with 100,000."""
        self._open_drawer()
        self._counter().close_session(100_000)
        self._counter().open_session(self.drawer.id, amount, *reason)
        session = self._as("cashier", self.env["isp.drawer.session"])._get_own()
        return session.with_env(self.env)

    def test_opened_with_what_was_left_nothing_is_booked(self):
        session = self._reopen(100_000)
        self.assertEqual(session.opening_difference, 0)
        self.assertFalse(session.opening_move_id)

    def test_opened_with_another_count_there_is_a_reason_and_an_entry(self):
        said = self._assert_refused(UserError, self._reopen, 99_000)
        self.assertIn("100,000", said)
        self.assertIn(self.cashier.name, said)
        before = self._get_ledger(self.drawer)
        session = self._reopen(99_000, "Left in a coat")
        self.assertEqual(session.opening_difference, -1_000)
        self.assertIn("Left in a coat", session.opening_move_id.ref)
        self.assertEqual(session.opening_move_id.state, "posted")
        self.assertEqual(self._get_ledger(self.drawer), before - 1_000)
        self.assertEqual(session.amount_expected, 99_000)
        self._counter().close_session(99_000)

    # Cash out

    def _take_out(self, kind, amount, words="", journal=None, key="key-00009"):
        take_out = self._counter().take_out
        done = take_out(key, kind, journal.id if journal else False, amount, words)
        return self.env["isp.cash.out"].browse(done["id"])

    def _create_safe(self):
        return self.env["account.journal"].create(
            {
                "name": "Safe of the Tests",
                "code": "SAFE",
                "type": "cash",
                "company_id": self.company.id,
            }
        )

    def _allow_expenses(self):
        loss = self.drawer._isp_get_difference_account(-1)
        self.drawer.isp_expense_account_id = loss
        return loss

    def test_where_cash_goes(self):
        session, safe, loss = self._open_drawer(), self._create_safe(), None
        loss = self._allow_expenses()
        before = self._get_ledger(self.drawer)
        for number, (kind, journal, account) in enumerate(
            (
                ("bank", self.bank, self.company.transfer_account_id),
                ("safe", safe, safe.default_account_id),
                ("expense", None, loss),
            ),
            start=1,
        ):
            with self.subTest(kind=kind):
                key = f"key-0000{number}"
                out = self._take_out(kind, 10_000, "Water", journal, key)
                line = out.move_id.line_ids.filtered("debit")
                self.assertEqual((line.account_id, line.debit), (account, 10_000))
                self.assertEqual(out.move_id.state, "posted")
                self.assertIn("Water", out.move_id.ref)
                self.assertEqual(session.amount_expected, 100_000 - 10_000 * number)
                ledger = self._get_ledger(self.drawer)
                self.assertEqual(ledger, before - 10_000 * number)
        self.assertIn("Water", session.ways)
        self._counter().close_session(70_000)
        self.assertEqual(session.difference, 0)

    def test_taken_out_once(self):
        session, safe = self._open_drawer(), self._create_safe()
        outs = [self._take_out("safe", 10_000, "", safe) for _time in range(2)]
        self.assertEqual(*outs)
        self.assertEqual(session.cash_out, 10_000)
        self._assert_refused(UserError, outs[0].unlink)

    def test_what_cannot_be_taken_out(self):
        self._open_drawer()
        safe = self._create_safe()
        take_out = self._take_out
        for args in (
            ("safe", 100_001, "", safe),
            ("safe", 0, "", safe),
            ("safe", -1, "", safe),
            ("safe", float("nan"), "", safe),
            ("safe", 1, "", self.other_drawer),
            ("bank", 1, "", safe),
            ("safe", 1),
            ("expense", 1, "Water"),
        ):
            with self.subTest(args=args):
                self._assert_refused(UserError, take_out, *args)
        self._allow_expenses()
        self._assert_refused(UserError, take_out, "expense", 1, " ")
        self._assert_refused(UserError, take_out, "gift", 1, "Water")
        self.assertFalse(self.env["isp.cash.out"].search([]).filtered("move_id"))

    def test_only_the_cashier_and_his_superiors_see_it(self):
        self._open_drawer()
        out = self._take_out("safe", 10_000, "Coins", self._create_safe())
        for role, sees in (("cashier", True), ("second", False), ("manager", True)):
            self.assertIs(self._as(role, out).has_access("read"), sees, role)
        reports = self._as("cashier", self.env["ir.actions.report"])
        report = "isp_counter.isp_cash_out_report"
        text = self._extract(reports._render_qweb_pdf(report, out.ids)[0])
        for part in (out.name, "10,000", "Coins", self.cashier.name):
            self.assertIn(part, text)

    def test_who_closes(self):
        session = self._open_drawer(amount=0)
        other = self._as("second", session)
        self._assert_refused(AccessError, other._close, 0, "")
        self._as("manager", session)._close(0, "")
        self.assertEqual(session.state, "closed")

    def test_one_page_to_sign(self):
        session = self._open_drawer()
        self._take("key-00001", [[False, BILL]])
        self._counter().close_session(100_000, "Robbed")
        reports = self._as("cashier", self.env["ir.actions.report"])
        content = reports._render_qweb_pdf(REPORT, session.ids)[0]
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)
        text = self._extract(content)
        for part in (session.name, "286,194", "Robbed", self.cashier.name):
            self.assertIn(part, text)

    def test_only_a_cash_journal_is_a_drawer(self):
        with self.assertRaises(ValidationError):
            self.bank.isp_is_drawer = True
