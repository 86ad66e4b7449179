from odoo.tests import tagged

from odoo.addons.isp_billing.tests.common import BillingCommon


@tagged("post_install", "-at_install")
class TestRepairOrder(BillingCommon):
    def test_an_order_takes_over_what_its_service_says(self):
        service = self._create_subscription()
        ticket = self.env["helpdesk.ticket"].create(
            {"service_id": service.id, "complaint": "No light\nsince <b>noon</b>"}
        )
        self.assertEqual(ticket.partner_id, service.partner_id)
        self.assertEqual(ticket.name, "No light")
        self.assertEqual(ticket.repair_status, "new")
        self.assertIn("&lt;b&gt;", ticket.description)
