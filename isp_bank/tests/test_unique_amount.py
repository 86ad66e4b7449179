import threading
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOW, BankCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestUniqueAmount(BankCommon):
    def test_what_is_owed_and_a_bit_more(self):
        self._bill(self.budi)
        row = self._get_row(self.budi)
        self.assertEqual(row.debt, 200_000)
        self.assertTrue(1 <= row.amount - row.debt <= 999, row.amount)

    def test_two_who_owe_the_same_have_two(self):
        self._bill(self.budi)
        self._bill(self.siti)
        amounts = {self._get_row(who).amount for who in (self.budi, self.siti)}
        self.assertEqual(len(amounts), 2)

    def test_the_database_lets_nobody_have_another_ones(self):
        self._bill(self.budi)
        row = self._get_row(self.budi)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            row.copy({"partner_id": self.siti.id})
            self.env.flush_all()

    def test_none_where_it_is_switched_off(self):
        self.bank.isp_unique_amounts = False
        move = self._bill(self.budi)
        self.assertFalse(self._get_row(self.budi))
        self.assertEqual(move.isp_transfer_amount, 200_000)

    def test_switched_on_later_all_get_one(self):
        self.bank.isp_unique_amounts = False
        self._bill(self.budi)
        self.bank.isp_unique_amounts = True
        self.env["isp.unique.amount"]._cron_tidy()
        self.assertTrue(self._get_row(self.budi))

    def test_it_stays_over_a_reminder(self):
        move = self._bill(self.budi)
        amount = move.isp_transfer_amount
        self.env["isp.unique.amount"]._cron_tidy()
        move.invalidate_recordset()
        self.assertEqual(move.isp_transfer_amount, amount)

    def test_a_new_bill_is_a_new_amount_and_the_former_is_kept(self):
        self._bill(self.budi)
        former = self._get_row(self.budi)
        self._bill(self.budi, 100_000)
        self.assertEqual(former.state, "kept")
        self.assertEqual(former.valid_until, date(2026, 6, 3))
        self.assertEqual(self._get_row(self.budi).debt, 300_000)

    def test_paid_it_is_kept_then_free(self):
        move = self._bill(self.budi)
        row = self._get_row(self.budi)
        self._pay(move)
        self.assertEqual(row.state, "kept")
        with freeze_time("2026-06-04 03:00:00"):
            self.env["isp.unique.amount"]._cron_tidy()
        self.assertEqual(row.state, "free")

    def test_a_payment_taken_back_brings_the_same_again(self):
        move = self._bill(self.budi)
        row = self._get_row(self.budi)
        payment = self._pay(move)
        payment.action_draft()
        payment.action_cancel()
        self._before_commit()
        self.assertEqual(self._get_row(self.budi), row)

    def test_cancelled_it_is_of_nobody(self):
        move = self._bill(self.budi)
        row = self._get_row(self.budi)
        move.button_draft()
        move.button_cancel()
        self._before_commit()
        self.assertEqual(row.state, "kept")
        self.assertFalse(self._get_row(self.budi))

    def test_when_they_run_out_it_is_told_once_and_the_plain_one_holds(self):
        rows = self.env["isp.unique.amount"]
        for number in range(999):
            rows.create(
                {
                    "partner_id": self._create_payer(f"Other {number}").id,
                    "journal_id": self.bank.id,
                    "debt": 1,
                    "amount": 200_001 + number,
                }
            )
        with mute_logger("odoo.addons.isp_bank.models.isp_unique_amount_taking"):
            move = self._bill(self.budi)
            self._bill(self.siti)
        self.assertFalse(self._get_row(self.budi))
        self.assertEqual(move.isp_transfer_amount, 200_000)
        self.assertEqual(len(self.bank.activity_ids), 1)

    def test_what_others_owe_is_no_unique_amount(self):
        """Who owes it transfers just that perhaps."""
        for number in range(1, 1000):
            self.env["isp.unique.amount"].create(
                {
                    "partner_id": self._create_payer(f"Other {number}").id,
                    "journal_id": self.bank.id,
                    "debt": 200_000 + number,
                    "amount": 1_000_000 + number,
                }
            )
        with mute_logger("odoo.addons.isp_bank.models.isp_unique_amount_taking"):
            self._bill(self.budi)
        self.assertFalse(self._get_row(self.budi))

    def test_where_it_is_told(self):
        move = self._bill(self.budi)
        amount = self._get_row(self.budi).amount
        accounts = move._isp_get_bank_accounts()
        self.assertEqual([a["amount"] for a in accounts], [amount])
        self._assert_told(amount, move._get_notice_text("invoice"))
        for name in ("invoice", "invoice_link", "reminder", "overdue"):
            with self.subTest(template=name):
                template = self.env.ref(f"isp_billing.isp_billing_mail_{name}")
                bodies = template._render_field("body_html", move.ids)
                self._assert_told(amount, str(bodies[move.id]))

    def _assert_told(self, amount, text, told=True):
        """Numbers have separators, which are those of the language."""
        figures = "".join(c for c in text if c.isalnum() or c.isspace())
        self.assertIs(f"{amount:.0f}" in figures, told, text)

    def test_who_asks_by_a_message_is_told(self):
        service = self._create_subscription(partner_id=self.budi.id)
        self._before_commit()
        amount = self._get_row(self.budi).amount
        ask = service.sudo()._describe_dues_for_subscriber
        self._assert_told(amount, "\n".join(ask()))
        self._pay(service.first_invoice_id)
        self._assert_told(amount, "\n".join(ask()), told=False)

    def test_nobody_is_told_what_his_company_owes(self):
        shop = self._create_payer("Shop", parent_id=self.budi.id)
        service = self._create_subscription(partner_id=shop.id)
        self._bill(self.budi)
        amount = self._get_row(self.budi).amount
        told = "\n".join(service.sudo()._describe_dues_for_subscriber())
        self._assert_told(amount, told, told=False)

    def test_an_account_is_to_be_chosen(self):
        with self.assertRaises(ValidationError):
            self.company.isp_unique_difference = "account"


@tagged("post_install", "-at_install", "isp_alone")
class TestLastNumber(BankCommon):
    """Two transactions that want the same number: real ones, on their own."""

    def test_two_at_once(self):
        registry = self.env.registry
        cursors = [registry._db.cursor(), registry._db.cursor()]
        self.addCleanup(lambda: [c.close() for c in cursors])
        first, second = (self.env(cr=cursor) for cursor in cursors)
        journal_id, ids = self._make_committed(registry)
        self.addCleanup(self._remove, registry, journal_id, ids)
        results = {}

        def take(env, partner_id):
            rows = env["isp.unique.amount"]
            journal = env["account.journal"].browse(journal_id)
            partner = env["res.partner"].browse(partner_id)
            row = [(partner, 300_001)]
            results[partner_id] = rows._insert(journal, {partner: 300_000}, dict(row))

        for env in (first, second):
            env.cr.execute("SELECT count(*) FROM isp_unique_amount")  # its snapshot
        take(first, ids[0])
        other = threading.Thread(target=take, args=(second, ids[1]))
        other.start()
        other.join(0.5)
        self.assertTrue(other.is_alive(), "the second one waits for the first")
        first.cr.commit()
        other.join(20)
        self.assertEqual(results, {ids[0]: {ids[0]}, ids[1]: set()})
        # its transaction goes on, and takes the next one
        rows = second["isp.unique.amount"]
        partner = second["res.partner"].browse(ids[1])
        rows._take(second["account.journal"].browse(journal_id), {partner: 300_000})
        second.cr.execute(
            "SELECT amount FROM isp_unique_amount WHERE partner_id = %s", [ids[1]]
        )
        ((amount,),) = second.cr.fetchall()
        self.assertNotEqual(int(amount), 300_001)
        second.cr.commit()

    def _make_committed(self, registry):
        with registry._db.cursor() as cr:
            env = self.env(cr=cr)
            company = env.ref("base.main_company")
            journal = env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
            )
            partners = env["res.partner"].create([{"name": "Two"}, {"name": "Once"}])
            return journal.id, partners.ids

    def _remove(self, registry, _journal_id, ids):
        with registry._db.cursor() as cr:
            amounts = "DELETE FROM isp_unique_amount WHERE partner_id = ANY(%s)"
            cr.execute(amounts, [ids])
            cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", [ids])
