from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
SOON = "2026-06-20 03:00:00"
NEXT = "2026-07-05 03:00:00"
AFTER = "2026-08-05 03:00:00"


@tagged("post_install", "-at_install")
class TestTaxChange(BillingCommon):
    """M6: a tax is replaced from a day on, for plans and services at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.new_tax = cls._create_tax("PPN 12", cls.company)
        cls.new_tax.amount = 12
        cls.other_plan.write({"list_price": 300_000, "taxes_id": cls.tax.ids})

    def _plan(self, day="2026-07-01", role="accountant", apply=True, **vals):
        changes = self._as(role, self.env["isp.tax.change"])
        change = changes.create(
            {
                "company_id": self.company.id,
                "date": day,
                "tax_id": self.tax.id,
                "new_tax_id": self.new_tax.id,
                **vals,
            }
        )
        if apply:
            change.action_replace()
        return change

    def _bill(self, service, at):
        before = self._get_invoices(service)
        with freeze_time(at):
            self.env["isp.tax.change"]._cron_apply()
            self._bill_due()
        return self._get_invoices(service) - before

    def test_m6_new_periods_are_taxed_anew(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            change = self._plan()
        self.assertEqual(change.state, "planned")
        self.assertEqual(self.plan.taxes_id, self.tax, "not yet")
        invoice = self._bill(service, NEXT)
        self.assertEqual(invoice.amount_tax, 24_000)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.plan.taxes_id, self.new_tax)
        self.assertEqual(service.tax_ids, self.new_tax)
        self.assertFalse(service.has_own_taxes)

    def test_m6_invoiced_before_the_day_for_days_after_it(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            self._plan("2026-07-05")
        before = self._get_invoices(service)
        with freeze_time("2026-07-04 20:00:00"):  # 5 July in Jakarta
            self._bill_due()
        lines = (self._get_invoices(service) - before).invoice_line_ids
        self.assertEqual(lines.tax_ids, self.new_tax)

    def test_m6_former_periods_keep_theirs_though_billed_later(self):
        self.schedule.in_arrears = True
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            self._plan()
        invoice = self._bill(service, NEXT)
        self.assertEqual(self.plan.taxes_id, self.new_tax, "the day has come")
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.tax)
        self.assertEqual(
            self._bill(service, AFTER).invoice_line_ids.tax_ids, self.new_tax
        )

    def test_m6_credits_have_the_tax_of_their_line(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            self._plan("2026-06-20")
            self._as("admin", service)._change_plan(self.other_plan)
        moves = self._bill(service, NEXT)
        note = moves.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(note.invoice_line_ids.tax_ids, self.tax)
        self.assertEqual((moves - note).invoice_line_ids.tax_ids, self.new_tax)

    def test_m6_own_taxes_and_charges_too(self):
        service = self._create_subscription(BEGIN)
        extra = self._create_tax("City", self.company)
        self._as("admin", service).tax_ids = self.tax | extra
        product = self.env["product.product"].create(
            {"name": "Address", "type": "service", "taxes_id": self.tax.ids}
        )
        charge = self._as("admin", self.env["isp.service.charge"]).create(
            {"service_id": service.id, "product_id": product.id, "price": 10_000}
        )
        with freeze_time(SOON):
            self._plan("2026-06-20")
        self.assertEqual(service.tax_ids, self.new_tax | extra)
        self.assertTrue(service.has_own_taxes)
        self.assertIn(self.new_tax, charge.tax_ids)
        self.assertNotIn(self.tax, charge.tax_ids)
        self.assertIn(self.new_tax, product.taxes_id)
        self.assertNotIn(self.tax, product.taxes_id)

    def test_m6_the_old_one_may_be_archived_then(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            self._plan("2026-06-20")
        self.tax.active = False
        self.assertEqual(
            self._bill(service, NEXT).invoice_line_ids.tax_ids, self.new_tax
        )

    def test_m6_a_preview_says_what_changes(self):
        self._create_subscription(BEGIN)
        with freeze_time(SOON):
            change = self._plan("2026-06-05", apply=False)
            self.assertIn("222,000", change.preview)
            self.assertIn("224,000", change.preview)
            self.assertIn("Invoiced with it already", change.preview)
        self.assertEqual(self.plan.taxes_id, self.tax)

    def test_m6_cancelled_until_its_day(self):
        service = self._create_subscription(BEGIN)
        with freeze_time(SOON):
            change = self._plan()
            change.action_cancel()
        self.assertEqual(self._bill(service, NEXT).invoice_line_ids.tax_ids, self.tax)
        with freeze_time(NEXT):
            change = self._plan()
            self._assert_refused(UserError, change.action_cancel)
            self._assert_refused(UserError, change.unlink)

    def test_m6_who_may(self):
        for role in ("sales", "technician", "engineer", "warehouse"):
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._plan, role=role)
        self._assert_refused(ValidationError, self._plan, new_tax_id=self.tax.id)

    def test_m6_a_plan_with_taxes_of_another_company_alone(self):
        self.company.account_sale_tax_id = self.tax
        service = self._create_subscription(BEGIN)
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "country_id": self.company.country_id.id}
        )
        foreign = self._create_tax("PPN of elsewhere", elsewhere)
        self.plan.sudo().taxes_id = foreign
        self.assertFalse(self._bill(service, NEXT))
        self.assertIn("another company", service.sudo().billing_error)

    def test_m6_the_preview_tells_nothing_of_another_company(self):
        """Also not to a form that was told the taxes of that company."""
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "country_id": self.company.country_id.id}
        )
        old, new = (self._create_tax(n, elsewhere) for n in ("PPN 11", "PPN 12"))
        plan = self.env["product.template"].create(
            {
                "name": "Secret 100",
                "is_internet_plan": True,
                "isp_download_mbps": 10,
                "isp_upload_mbps": 10,
                "company_id": elsewhere.id,
                "taxes_id": [Command.set(old.ids)],
            }
        )
        changes = self._as("accountant", self.env["isp.tax.change"])
        for company in (elsewhere, self.company):
            told = {
                "company_id": company.id,
                "date": "2026-07-01",
                "tax_id": old.id,
                "new_tax_id": new.id,
            }
            with self.subTest(company=company.name):
                try:
                    answer = changes.onchange(told, ["tax_id"], {"preview": {}})
                except AccessError:
                    continue
                self.assertNotIn(plan.name, str(answer))

    def test_m6_back_to_the_taxes_of_the_plan(self):
        service = self._create_subscription(BEGIN)
        self._as("admin", service).tax_ids = self.new_tax
        self.assertTrue(service.has_own_taxes)
        self._assert_refused(
            AccessError, self._as("sales", service).action_follow_plan_taxes
        )
        self._as("admin", service).action_follow_plan_taxes()
        self.assertFalse(service.has_own_taxes)
        self.assertEqual(service.tax_ids, self.tax)
