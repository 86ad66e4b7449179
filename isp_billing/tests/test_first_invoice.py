from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestFirstInvoice(BillingCommon):
    """A6a, A6c: what is invoiced when a service becomes active."""

    @freeze_time("2026-05-10 03:00:00")
    def test_fee_and_days_until_the_next_billing_day(self):
        service = self._create_subscription(installation_fee=250_000)
        invoice = service.first_invoice_id
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.isp_service_ids, service)
        # 10 May to 4 June: 26 of the 31 days of the cycle from 5 May
        self.assertEqual(
            sorted(invoice.invoice_line_ids.mapped("price_unit")),
            [167_742, 250_000],
        )
        self.assertEqual(service.billed_until, fields.Date.to_date("2026-06-04"))
        self.assertEqual(service.next_invoice_date, fields.Date.to_date("2026-06-05"))
        self.assertEqual(
            invoice.invoice_date_due, fields.Date.to_date("2026-05-17"), "7 days"
        )

    @freeze_time("2026-05-10 03:00:00")
    def test_subscribers_are_found_by_the_number_of_an_invoice(self):
        """P26."""
        service, other = self._create_subscription(), self._create_subscription()
        number = service.first_invoice_id.name
        for role in ("sales", "accountant"):
            services = self._as(role, self.env["isp.service"])
            found = services.search([("invoice_number", "ilike", number)])
            self.assertEqual(found.ids, service.ids, role)
        arch = services.get_view(view_type="search")["arch"]
        self.assertIn('name="invoice_number"', arch)
        self.assertNotEqual(other.first_invoice_id.name, number)
        self._create_other_company()
        for user in self.users_b.values():
            services = self.as_user(self.env["isp.service"], user)
            with self.subTest(user=user.login), mute_logger("odoo.models"):
                try:
                    found = services.search([("invoice_number", "ilike", number)])
                except AccessError:
                    continue
                self.assertFalse(found)

    @freeze_time("2026-05-10 03:00:00")
    def test_no_service_is_without_a_billing_status(self):
        services = self._as("admin", self._create_subscription())
        for operator, found in (("=", services.browse()), ("!=", services)):
            domain = [("id", "in", services.ids), ("billing_status", operator, False)]
            with self.subTest(operator=operator):
                self.assertEqual(services.search(domain), found)

    def test_m24_few_first_days_with_the_next_month(self):
        self.company.write({"isp_first_invoice_days": 5, "isp_send_invoices": False})
        with freeze_time("2026-06-03 03:00:00"):
            service = self._create_subscription("2026-06-03")
        invoice = service.first_invoice_id
        self.assertEqual(
            self._get_lines(invoice),
            [("06-03", "06-04", 12_903), ("06-05", "07-04", 200_000)],
        )
        self.assertEqual(str(service.next_invoice_date), "2026-07-05")
        with freeze_time("2026-06-05 03:00:00"):
            self._bill_due()
        self.assertEqual(self._get_invoices(service), invoice)

    def test_m24_enough_first_days_have_their_own(self):
        self.company.isp_first_invoice_days = 5
        with freeze_time("2026-05-31 03:00:00"):
            service = self._create_subscription("2026-05-31")
        self.assertEqual(len(service.first_invoice_id.invoice_line_ids), 1)

    @freeze_time("2026-05-08 03:00:00")
    def test_a_service_that_begins_later_is_invoiced_at_activation(self):
        service = self._create_service(
            activation_date="2026-05-20",
            billing_schedule_id=self.schedule.id,
            partner_id=self.subscriber.id,
            installation_fee=100_000,
            restrict_before_payment=True,
        )
        self._activate(service)
        self.assertEqual(service.access, "isolated")
        lines = service.first_invoice_id.invoice_line_ids
        self.assertEqual(
            {(line.isp_date_from, line.isp_date_to) for line in lines},
            {
                (date(2026, 5, 20), date(2026, 6, 4)),
                (date(2026, 5, 20), date(2026, 5, 20)),
            },
        )
        self.assertEqual(lines.move_id.invoice_date, date(2026, 5, 8))

    def _begin_later(self, **vals):
        """Return a service that is made ready on 8 May, to begin on the 20th."""
        service = self._create_service(
            activation_date="2026-05-20",
            billing_schedule_id=self.schedule.id,
            partner_id=self.subscriber.id,
            **vals,
        )
        with freeze_time("2026-05-08 03:00:00"):
            self._activate(service)
        return service

    def _apply_dates(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("isp_base.isp_service_dates_cron").method_direct_trigger()
        self.env.invalidate_all()

    def test_m25_it_opens_and_is_billed_on_its_day(self):
        service = self._begin_later(installation_fee=100_000)
        self.assertEqual((service.state, service.access), ("active", "isolated"))
        self.assertEqual(service.suspension_reasons, "Begins later")
        self.assertFalse(self._get_invoices(service), "nothing before its day")
        self._apply_dates("2026-05-19 16:59:00")
        self.assertEqual(service.access, "isolated")
        self._apply_dates("2026-05-19 17:01:00")
        self.assertEqual(service.access, "open", "midnight in Jakarta")
        with freeze_time("2026-05-19 18:00:00"):
            self._bill_due()
        invoice = service.first_invoice_id
        self.assertEqual(
            sorted(self._get_lines(invoice)),
            [("05-20", "05-20", 100_000), ("05-20", "06-04", 103_226)],
        )
        self.assertEqual(str(service.next_invoice_date), "2026-06-05")

    def test_m25_another_day_moves_its_opening(self):
        service = self._begin_later()
        with freeze_time("2026-05-09 03:00:00"):
            service.activation_date = "2026-05-25"
        self._apply_dates("2026-05-19 17:01:00")
        self.assertEqual(service.access, "isolated")
        with freeze_time("2026-05-21 03:00:00"):
            service.activation_date = "2026-05-21"
        self.assertEqual(service.access, "open")

    def test_m25_an_administrator_lets_somebody_in_before(self):
        service = self._begin_later()
        with freeze_time("2026-05-09 03:00:00"):
            self._as("admin", service).action_restore()
        self.assertEqual(service.access, "open")

    def test_m25_who_has_paid_before_still_waits_for_the_day(self):
        service = self._begin_later(restrict_before_payment=True)
        with freeze_time("2026-05-09 03:00:00"):
            self._pay(service.first_invoice_id)
        self.assertEqual(service.access, "isolated")
        self._apply_dates("2026-05-19 17:01:00")
        self.assertEqual(service.access, "open")

    def test_paying_it_lifts_the_restriction(self):
        with freeze_time("2026-05-10 03:00:00"):
            service = self._create_subscription(restrict_before_payment=True)
            self.assertEqual(service.access, "isolated")
            self.assertEqual(service.suspension_reasons, "Before payment")
            invoice = service.first_invoice_id
            self._pay(invoice, invoice.amount_total / 2)
            self.assertEqual(service.access, "isolated", "half is not enough")
            self._pay(invoice)
            self.assertEqual(invoice.payment_state, "paid")
            self.assertEqual(service.access, "open")

    def test_overdue_isolates_and_payment_restores(self):
        with freeze_time("2026-05-10 03:00:00"):
            service = self._create_subscription()
        invoice = service.first_invoice_id
        with freeze_time("2026-05-20 03:00:00"):
            self.env["isp.dunning"].with_context(
                queue_job__no_delay=True
            )._cron_isolate()
            self.assertEqual(service.access, "open", "grace ends with the 20th")
        with freeze_time("2026-05-21 03:00:00"):
            self.env["isp.dunning"].with_context(
                queue_job__no_delay=True
            )._cron_isolate()
            self.assertEqual(service.access, "isolated")
            payment = self._pay(invoice)
            self.assertEqual(service.access, "open")
            payment.action_draft()
            payment.action_cancel()
            self._before_commit()
            self.assertEqual(service.access, "isolated", "the payment bounced")

    def test_run(self):
        with freeze_time("2026-05-10 03:00:00"):
            services = self.env["isp.service"]
            for n in range(3):
                services |= self._create_subscription(
                    username=f"user{n}", partner_id=False
                )
        with freeze_time("2026-06-05 03:00:00"):
            runs = self.env["isp.billing.run"].with_context(queue_job__no_delay=True)
            runs._cron_bill()
            run = runs.search([])
            self.assertEqual(
                (run.total_count, run.done_count, run.state), (3, 3, "done")
            )
            self.assertEqual(run.amount, 3 * 222_000)
            runs._cron_bill()
            self.assertEqual(len(services.period_ids), 6)
