from freezegun import freeze_time

from odoo.tests import tagged

from .common import BillingCommon

NOW = "2026-06-20 03:00:00"


@tagged("post_install", "-at_install")
class TestRelocationFee(BillingCommon):
    """A move costs what was agreed, once it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True
        cls.service = cls._create_subscription("2026-06-05")

    def test_the_fee_is_shown_and_charged_when_the_move_is_done(self):
        with freeze_time(NOW):
            wizard = self._as("admin", self.env["isp.service.relocate"]).create(
                {
                    "service_id": self.service.id,
                    "street": "Jalan Kemang Raya 9",
                    "pop_id": self.pop.id,
                    "fee": 150_000,
                }
            )
            wizard.action_preview()
            self.assertIn("150,000", wizard.preview)
            self.assertFalse(self.service.charge_ids, "only shown")
            wizard.action_apply()
            self.assertFalse(self.service.charge_ids, "it has not moved yet")
            for _again in range(2):
                self._as("admin", self.service).action_complete_relocation()
        before = self._get_invoices(self.service)
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        invoice = self._get_invoices(self.service) - before
        self.assertEqual(
            sorted(invoice.invoice_line_ids.mapped("price_subtotal")),
            [150_000, 200_000],
        )

    def test_called_off_it_costs_nothing(self):
        with freeze_time(NOW):
            place = {"street": "Jalan Kemang Raya 9", "pop_id": self.pop.id}
            self._as("admin", self.service)._relocate(place, fee=150_000)
            self._as("admin", self.service)._cancel_relocation("He stays")
        self.assertFalse(self.service.charge_ids)
