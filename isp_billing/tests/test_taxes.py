from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import BillingCommon

BEGIN = "2026-06-05"
NEXT = "2026-07-05 03:00:00"


@tagged("post_install", "-at_install")
class TestTaxes(BillingCommon):
    """What a service is taxed with follows its plan, unless it was chosen for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.new_tax = cls._create_tax("PPN 12", cls.company)
        cls.new_tax.amount = 12
        cls.exempt = cls._create_tax("PPN 0", cls.company)
        cls.exempt.amount = 0
        cls.other_plan.write({"list_price": 300_000, "taxes_id": cls.tax.ids})
        cls.product = cls.env["product.product"].create(
            {"name": "Static address", "type": "service", "taxes_id": cls.tax.ids}
        )

    def _bill(self, service):
        before = self._get_invoices(service)
        with freeze_time(NEXT):
            self._bill_due()
        return self._get_invoices(service) - before

    def test_m6_an_archived_tax_stops_the_service(self):
        service = self._create_subscription(BEGIN)
        self.tax.active = False
        self.assertFalse(self._bill(service))
        self.assertIn("PPN", service.sudo().billing_error)
        self.assertTrue(service.activity_ids)

    def test_m6_an_archived_tax_of_a_charge_too(self):
        service = self._create_subscription(BEGIN, tax_ids=self.exempt.ids)
        self._as("admin", self.env["isp.service.charge"]).create(
            {
                "service_id": service.id,
                "product_id": self.product.id,
                "price": 30_000,
                "date_from": "2026-07-05",
            }
        )
        self.tax.active = False
        self.assertFalse(self._bill(service))
        self.assertIn("PPN", service.sudo().billing_error)

    def test_m6_another_tax_of_the_plan_reaches_its_services(self):
        service = self._create_subscription(BEGIN)
        self.plan.taxes_id = self.new_tax
        invoice = self._bill(service)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.new_tax)
        self.assertEqual(invoice.amount_tax, 24_000)

    def test_m6_not_those_for_which_it_was_chosen(self):
        service = self._create_subscription(BEGIN)
        self._as("admin", service).tax_ids = self.exempt
        self.plan.taxes_id = self.new_tax
        self.assertEqual(self._bill(service).invoice_line_ids.tax_ids, self.exempt)

    def test_m6_chosen_as_the_plan_has_it_follows_the_plan(self):
        service = self._create_subscription(BEGIN)
        self._as("admin", service).tax_ids = self.exempt
        self._as("admin", service).tax_ids = self.tax
        self.plan.taxes_id = self.new_tax
        self.assertEqual(service.tax_ids, self.new_tax)

    def test_m7_a_change_of_plan_keeps_the_tax_that_was_chosen(self):
        service = self._create_subscription(BEGIN, tax_ids=self.exempt.ids)
        with freeze_time("2026-06-10 03:00:00"):
            self._as("admin", service)._change_plan(self.other_plan)
        self.assertEqual(service.tax_ids, self.exempt)

    def test_m7_none_chosen_stays_none(self):
        service = self._create_subscription(BEGIN, tax_ids=False)
        with freeze_time("2026-06-10 03:00:00"):
            self._as("admin", service)._change_plan(self.other_plan)
        self.assertFalse(service.tax_ids)

    def test_m8_the_fiscal_position_of_the_partner(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.exempt.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.tax.id)],
            }
        )
        subscriber = self.subscriber.with_company(self.company)
        subscriber.property_account_position_id = position
        service = self._create_subscription(BEGIN)
        invoice = service.first_invoice_id
        self.assertEqual(invoice.fiscal_position_id, position)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.exempt)
