from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestFinder(BillingCommon):
    """An invoice is found by its number, by whom may read it."""

    def test_an_invoice_is_found_by_its_number(self):
        service = self._create_subscription()
        invoice = service.first_invoice_id
        row = {"model": "account.move", "id": invoice.id}
        for role, found in (("accountant", True), ("technician", False)):
            finder = self.as_user(self.env["isp.finder"], self.users[role])
            rows = finder.find(invoice.name)
            self.assertEqual(row.items() <= (rows or [{}])[0].items(), found, role)
