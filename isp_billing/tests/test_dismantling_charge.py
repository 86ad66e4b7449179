from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BillingCommon

END = "2026-06-20 03:00:00"
LATER = "2026-06-28 03:00:00"


@tagged("post_install", "-at_install")
class TestDismantlingCharge(BillingCommon):
    """P18: a device that does not come back is charged; and a service that begins
    again is not charged for the days between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.onu = cls.env["product.product"].create(
            {
                "name": "ONU to charge",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 350_000,
                "taxes_id": False,
            }
        )
        cls.lot = cls.env["stock.lot"].create(
            {"name": "CH1", "product_id": cls.onu.id, "company_id": cls.company.id}
        )
        cls.service = cls._create_subscription("2026-06-05")
        cls.env["stock.quant"]._update_available_quantity(
            cls.onu, cls.subscriber.property_stock_customer, 1, lot_id=cls.lot
        )
        cls.lot.isp_service_id = cls.service

    def _terminate(self):
        with freeze_time(END):
            self._as("admin", self.service)._terminate("Moved away")

    def test_a_missing_device_is_invoiced_at_once(self):
        self._terminate()
        before = self._get_invoices(self.service)
        rows = [{"lot": self.lot, "outcome": "charged", "amount": 0}]
        with freeze_time(LATER):
            admin = self._as("admin", self.service)
            self._assert_refused(UserError, admin._settle_equipment, rows)
            rows[0]["amount"] = 350_000
            admin._settle_equipment(rows)
            again = self._as("admin", self.service)._settle_equipment
            self._assert_refused(UserError, again, rows)
        invoice = self._get_invoices(self.service) - before
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 350_000))
        self.assertIn("CH1", invoice.invoice_line_ids.name)
        self.assertFalse(self.service.equipment_ids)

    def test_who_was_never_billed_is_not_charged(self):
        draft = self._create_service(partner_id=self.subscriber.id)
        self.lot.isp_service_id = draft
        self._as("admin", draft)._cancel("No signal")
        rows = [{"lot": self.lot, "outcome": "charged", "amount": 350_000}]
        admin = self._as("admin", draft)
        self._assert_refused(UserError, admin._settle_equipment, rows)

    def test_reactivated_the_days_between_are_not_charged(self):
        with freeze_time("2026-06-05 04:00:00"):
            rent = self._as("admin", self.env["isp.service.charge"]).create(
                {
                    "service_id": self.service.id,
                    "product_id": self.env.ref("isp_billing.product_installation").id,
                    "name": "Rent",
                    "price": 30_000,
                    "tax_ids": False,
                    "date_from": "2026-06-05",
                }
            )
            self._as("admin", self.service).action_invoice_now()
        self._terminate()
        before = self._get_invoices(self.service)
        with freeze_time(LATER):
            self._as("admin", self.service).action_reactivate()
            self._bill_due()
        moves = self._get_invoices(self.service) - before
        lines = moves.invoice_line_ids
        self.assertEqual(
            sorted(
                (str(line.isp_date_from), str(line.isp_date_to), line.price_subtotal)
                for line in lines
            ),
            [
                ("2026-06-28", "2026-07-04", 7_000),
                ("2026-06-28", "2026-07-04", 46_667),
            ],
        )
        self.assertEqual(lines.isp_charge_id, rent)
        self.assertEqual(str(self.service.next_invoice_date), "2026-07-05")
