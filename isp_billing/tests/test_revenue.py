from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestRevenue(BillingCommon):
    """What was invoiced, by area, POP and category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls.env["isp.area"].create({"name": "Kebon Jeruk", "code": "KBJ"})
        with freeze_time("2026-05-05 03:00:00"):
            cls.near_service = cls._create_subscription("2026-05-05")
            cls.far_services = cls._create_subscription(
                "2026-05-05", area_id=cls.far.id
            ) | cls._create_subscription("2026-05-05", area_id=cls.far.id)

    def _get_revenue(self, name, role="accountant"):
        report = self._as(role, self.env["account.invoice.report"])
        services = self.near_service | self.far_services
        domain = [("isp_service_id", "in", services.ids), ("state", "=", "posted")]
        return dict(report._read_group(domain, [name], ["price_subtotal:sum"]))

    def test_each_area_has_what_its_services_were_charged(self):
        revenue = self._get_revenue("isp_area_id")
        self.assertEqual(revenue, {self.area: 200_000, self.far: 400_000})
        self.assertEqual(self._get_revenue("isp_pop_id"), {self.pop: 600_000})
        self.assertEqual(self._get_revenue("isp_category_id"), {self.category: 600_000})

    def test_a_credit_note_takes_from_it(self):
        with freeze_time("2026-05-06 03:00:00"):
            self._reverse(self.far_services[0].first_invoice_id)
        self.assertEqual(self._get_revenue("isp_area_id")[self.far], 200_000)

    def test_it_is_for_those_who_make_invoices(self):
        self.assertTrue(self._get_revenue("isp_area_id", "admin"))
        for role in ("sales", "technician", "engineer", "warehouse", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._get_revenue("isp_area_id", role)
