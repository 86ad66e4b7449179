from freezegun import freeze_time

from odoo.tests import tagged

from .common import TODAY, TakeoverCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTakeoverBalance(TakeoverCommon):
    """What was open in the other system is one invoice, with its due date."""

    def _open(self, **values):
        service = self._take_over(self._row(**values)).line_ids.service_id.sudo()
        moves = self.env["account.move"].search(
            [("line_ids.isp_service_id", "=", service.id)]
        )
        return service, moves

    def test_it_is_one_posted_invoice_without_tax_and_days(self):
        service, move = self._open(Open_Balance="150.000", Former_Number="PLG-9")
        self.assertEqual((move.move_type, move.state), ("out_invoice", "posted"))
        self.assertEqual((move.amount_total, move.amount_tax), (150_000, 0))
        self.assertEqual(str(move.invoice_date), "2026-05-20")
        self.assertEqual(str(move.invoice_date_due), "2026-05-27", "7 days")
        self.assertEqual(move.invoice_line_ids.name, "Opening balance · PLG-9")
        self.assertEqual(move.partner_id, service.partner_id)
        self.assertFalse(move.invoice_user_id, "nobody whom the subscriber may write")
        self.assertFalse(move.invoice_line_ids.isp_period_ids)
        self.assertFalse(service.first_invoice_id)
        self.assertEqual(service.billing_status, "open")
        self.assertEqual(service.amount_due, 150_000)
        self.assertEqual(str(service.next_invoice_date), "2026-06-05")

    def test_it_isolates_when_overdue_and_paying_restores(self):
        service, move = self._open(Open_Balance="150000", Balance_Due_Date="2026-05-22")
        self.assertEqual(str(move.isp_isolation_date), "2026-05-26", "3 days of grace")
        dunning = self.env["isp.dunning"].with_context(queue_job__no_delay=True)
        with freeze_time("2026-05-25 03:00:00"):
            dunning._cron_isolate()
            self.assertEqual(service.access, "open")
        with freeze_time("2026-05-26 03:00:00"):
            dunning._cron_isolate()
            self.assertEqual(service.access, "isolated")
            self._pay(move)
            self.assertEqual(service.access, "open")

    def test_what_is_overdue_already_isolates_at_once(self):
        service, move = self._open(Open_Balance="150000", Balance_Due_Date="2026-04-10")
        self.assertEqual(str(move.invoice_date_due), "2026-04-10")
        self.assertEqual((service.state, service.access), ("active", "isolated"))

    def test_a_credit_is_a_credit_note(self):
        service, move = self._open(Open_Balance="-50.000")
        self.assertEqual((move.move_type, move.state), ("out_refund", "posted"))
        self.assertEqual(move.amount_total, 50_000)
        self.assertEqual(service.access, "open")

    def test_no_balance_no_invoice(self):
        for text in ("", "0", "Rp 0,-"):
            with self.subTest(text=text):
                self.assertFalse(self._open(Open_Balance=text)[1])
