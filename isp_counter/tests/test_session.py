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
