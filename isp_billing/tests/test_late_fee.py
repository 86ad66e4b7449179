from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .test_customer_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestLateFee(MoneyCommon):
    """What is paid late costs more, where a company wants it: 111,000 are due on 12
    June, the fee on the 20th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-06-05 03:00:00"):
            cls.service = cls._create_subscription("2026-06-05")
        cls.invoice = cls.service.first_invoice_id
        cls.company.write({"isp_late_fee": "fixed", "isp_late_fee_amount": 25_000})

    def _charge(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self.env["isp.late.fee"]._cron_charge()
            self._before_commit()
        self.env.invalidate_all()
        return self.env["isp.late.fee"].search([("service_id", "=", self.service.id)])

    def _forbid(self, condition):
        """Let the database refuse late fees."""
        self.env.cr.execute(
            "ALTER TABLE isp_late_fee ADD CONSTRAINT isp_test_forbidden "
            f"CHECK (NOT ({condition})) NOT VALID"
        )

    def _create_late_company(self):
        """Return a company that comes before ours, with two services that are late as
        ours is."""
        company = self.env["res.company"].create({"name": "A First", "sequence": -1})
        self._open_books(company)
        company.partner_id.tz = "Asia/Jakarta"
        company.write(
            {
                "isp_late_fee": "fixed",
                "isp_late_fee_amount": 5_000,
                "isp_send_invoices": False,
                "isp_billing_user_id": self.users["accountant"].id,
            }
        )
        service = {
            "plan_id": self.plan.id,
            "billing_schedule_id": self.schedule.id,
            "activation_date": date(2026, 6, 5),
            "phone": "+62 812-3456-7111",
        }
        rows = [
            {
                "service": {**service, "contact_name": name},
                "billed_until": False,
                "balance": 0,
                "balance_due": False,
            }
            for name in ("Asih", "Budi")
        ]
        with freeze_time("2026-06-05 03:00:00"):
            services = self.env["isp.service"].with_company(company)._take_over(rows)
            self.env["isp.biller"].with_company(company)._bill(services.sudo())
        return company, services.sudo()

    def _promise(self, day):
        with freeze_time(f"{day} 02:00:00"):
            self.service.promise_date = day

    def _get_fee_lines(self, move):
        return move.invoice_line_ids.filtered(
            lambda line: line.isp_charge_id.late_fee_ids
        )

    def test_off_by_default(self):
        other = self.env["res.company"].create({"name": "Another Provider"})
        self.assertEqual(other.isp_late_fee, "no")
        self.company.isp_late_fee = "no"
        self.assertFalse(self._charge("2026-09-20"))

    def test_once_and_on_the_next_invoice(self):
        self.assertFalse(self._charge("2026-06-19"))
        fee = self._charge("2026-06-20")
        self.assertEqual((fee.amount, fee.state), (25_000, "waiting"))
        self.assertEqual(self._charge("2026-08-30"), fee, "once")
        self._promise("2026-07-05")
        july = self._bill("2026-07-05")
        (line,) = self._get_fee_lines(july)
        self.assertEqual((line.price_subtotal, line.tax_ids.ids), (25_000, []))
        self.assertIn(self.invoice.name, line.name)
        self.assertEqual(july.amount_total, 136_000)
        self.assertEqual(fee.state, "billed")
        self.assertEqual(fee.billed_move_id, july)

    def test_the_database_knows_it_once(self):
        fee = self._charge("2026-06-20")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            fee.copy()
            self.env.flush_all()

    def test_percent_of_what_is_open_with_a_tax(self):
        self.company.write(
            {
                "isp_late_fee": "percent",
                "isp_late_fee_percent": 2,
                "isp_late_fee_tax_ids": self.tax.ids,
            }
        )
        with freeze_time("2026-06-15 03:00:00"):
            self._pay(self.invoice, 11_000)
        fee = self._charge("2026-06-20")
        self.assertEqual(fee.amount, 2_000)
        self.assertEqual(fee.charge_id.tax_ids, self.tax)

    def test_each_month_and_no_fee_on_a_fee(self):
        self.company.write(
            {
                "isp_late_fee": "percent",
                "isp_late_fee_percent": 10,
                "isp_late_fee_every": "month",
            }
        )
        self.assertEqual(len(self._charge("2026-06-20")), 1)
        self.assertEqual(len(self._charge("2026-07-19")), 1)
        self._promise("2026-07-05")
        july = self._bill("2026-07-05")
        self.assertEqual(july.amount_total, 111_000 + 11_100)
        fees = self._charge("2026-07-20")
        self.assertEqual(
            sorted((fee.move_id == july, fee.number, fee.amount) for fee in fees),
            [(False, 1, 11_100), (False, 2, 11_100), (True, 1, 11_100)],
        )

    def test_not_what_is_promised_held_or_covered(self):
        self.service.promise_date = "2026-06-25"
        self.assertFalse(self._charge("2026-06-20"), "promised")
        self.service.promise_date = False
        self.company.isp_minimum_due = 111_000
        self.assertFalse(self._charge("2026-06-20"), "below the minimum")
        self.company.isp_minimum_due = 0
        self.company.isp_use_money = False
        with freeze_time("2026-06-18 03:00:00"):
            payment = self._pay_on_account(111_000)
        self.assertFalse(self._charge("2026-06-20"), "he has it with us")
        payment.action_draft()
        self.company.isp_confirmation_hold_days = 10
        self.env["isp.payment.confirmation"].create(
            {
                "move_id": self.invoice.id,
                "amount": 111_000,
                "date": "2026-06-19",
                "journal_id": self.env["account.journal"]
                .search(
                    [("type", "=", "bank"), ("company_id", "=", self.company.id)],
                    limit=1,
                )
                .id,
            }
        )
        self.assertFalse(self._charge("2026-06-20"), "says that he has paid")
        self.assertTrue(self._charge("2026-06-28"), "not for ever")

    def test_not_what_nobody_was_reminded_of(self):
        self.schedule.reminder_ids = [(0, 0, {"days": 1})]
        self.assertFalse(self._charge("2026-06-20"))

    def test_forgiven_it_is_dropped(self):
        fee = self._charge("2026-06-20")
        with freeze_time("2026-06-21 03:00:00"):
            self._reverse(self.invoice, isp_days_stay_settled=True)
        self.assertEqual(fee.state, "waived")
        self.assertFalse(self._get_fee_lines(self._bill("2026-07-05")))

    def test_waived_before_it_is_invoiced(self):
        fee = self._charge("2026-06-20")
        with freeze_time("2026-06-21 03:00:00"):
            self._as("accountant", fee)._waive("Our bank was slow")
        self.assertEqual((fee.state, fee.reason), ("waived", "Our bank was slow"))
        self.assertEqual(fee.waiver_id, self.users["accountant"])
        self._promise("2026-07-05")
        self.assertFalse(self._get_fee_lines(self._bill("2026-07-05")))
        self.assertEqual(self._charge("2026-08-20").filtered(lambda f: f == fee), fee)

    def test_waived_after_it_was_invoiced_is_credited(self):
        fee = self._charge("2026-06-20")
        self._promise("2026-07-05")
        july = self._bill("2026-07-05")
        with freeze_time("2026-07-06 03:00:00"):
            self._as("accountant", fee)._waive("A regular customer")
            self._before_commit()
        note = self._get_invoices(self.service)[-1]
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 25_000))
        self.assertFalse(note.amount_residual, "it pays what is open")
        self.assertNotEqual(july, note)
        self.assertEqual(fee.state, "waived")
        self._promise("2026-08-05")
        self.assertFalse(self._get_fee_lines(self._bill("2026-08-05")))

    def test_on_an_invoice_of_its_own_at_once(self):
        self.company.write(
            {"isp_late_fee_invoice": "own", "isp_late_fee_tax_ids": self.tax.ids}
        )
        fee = self._charge("2026-06-20")
        own = self._get_invoices(self.service)[-1]
        self.assertEqual((fee.state, fee.billed_move_id), ("billed", own))
        self.assertEqual(own.invoice_line_ids, self._get_fee_lines(own))
        self.assertEqual((own.amount_untaxed, own.amount_total), (25_000, 27_750))
        self.assertEqual(
            (own.state, str(own.invoice_date), str(own.invoice_date_due)),
            ("posted", "2026-06-20", "2026-06-27"),
        )
        self._promise("2026-07-05")
        july = self._bill("2026-07-05")
        self.assertEqual(self._get_lines(july), [("07-05", "08-04", 100_000)])
        fees = self._charge("2026-08-20")
        self.assertNotIn(own, fees.move_id, "no fee on a fee")

    def test_on_an_invoice_of_its_own_charges_no_other_day(self):
        """Nor one that is not over where one pays in arrears."""
        self.company.isp_late_fee_invoice = "own"
        self._pay(self.invoice)
        self.service.next_invoice_date = False
        self.schedule.in_arrears = True
        with freeze_time("2026-06-05 03:00:00"):
            self.service = self._create_subscription("2026-06-05")
        self._bill("2026-07-05")
        self._charge("2026-07-20")
        own = self._get_invoices(self.service)[-1]
        self.assertEqual(own.invoice_line_ids, self._get_fee_lines(own))
        self.assertEqual(own.amount_total, 25_000)
        self.assertEqual(str(self.service.next_invoice_date), "2026-08-05")

    def test_on_an_invoice_of_its_own_it_is_sent_and_waived(self):
        self.company.write({"isp_late_fee_invoice": "own", "isp_send_invoices": True})
        with trap_jobs() as jobs:
            fee = self._charge("2026-06-20")
        own = fee.billed_move_id
        sent = [job for job in jobs.enqueued_jobs if job.method_name == "_isp_send"]
        self.assertEqual([job.recordset for job in sent], [own])
        with freeze_time("2026-06-21 03:00:00"):
            self._as("accountant", fee)._waive("A regular customer")
            self._before_commit()
        note = self._get_invoices(self.service)[-1]
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 25_000))
        self.assertFalse(note.amount_residual, "it pays what is open")
        self.assertEqual(fee.state, "waived")

    @mute_logger("odoo.sql_db", "odoo.addons.isp_billing.models.res_company_turns")
    def test_a_company_that_fails_stops_no_other_and_somebody_is_told(self):
        company, services = self._create_late_company()
        self._forbid(f"company_id = {company.id}")
        fee = self._charge("2026-06-20")
        self.assertEqual(fee.amount, 25_000, "ours has its turn")
        (told,) = company.partner_id.activity_ids
        self.assertEqual(told.user_id, self.users["accountant"])
        self.assertIn("late fees", told.summary.lower())
        self.assertIn("isp_test_forbidden", told.note)
        self.assertFalse(services.activity_ids, "told once, not for each invoice")
        self._charge("2026-06-21")
        self.assertEqual(company.partner_id.activity_ids, told, "nor every day")
        self.env.cr.execute(
            "ALTER TABLE isp_late_fee DROP CONSTRAINT isp_test_forbidden"
        )
        self._charge("2026-06-22")
        fees = self.env["isp.late.fee"].search([("company_id", "=", company.id)])
        self.assertEqual(fees.service_id, services)
        self.assertFalse(company.partner_id.activity_ids, "it settled itself")

    @mute_logger("odoo.sql_db")
    def test_an_invoice_that_fails_stops_no_other_and_somebody_is_told(self):
        _company, (first, second) = self._create_late_company()
        self._forbid(f"service_id = {first.id}")
        self.assertTrue(self._charge("2026-06-20"))
        fees = self.env["isp.late.fee"].search(
            [("service_id", "in", (first | second).ids)]
        )
        self.assertEqual(fees.service_id, second)
        (told,) = first.activity_ids
        self.assertIn("isp_test_forbidden", told.note)
        self.assertFalse(second.activity_ids)

    def test_who_may_waive(self):
        fee = self._charge("2026-06-20")
        for role in ("admin", "sales", "technician"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, fee)._waive("He is my cousin")
        with self.assertRaises(AccessError):
            self._as("accountant", fee).write({"amount": 1})
