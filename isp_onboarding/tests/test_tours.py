import re
from contextlib import contextmanager
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import OnboardingCommon

MY_WORK = "/odoo/action-isp_base.isp_work_order_action_mine"
SIGNUP_LINK = re.compile(r'href="([^"]*/web/signup[^"]*)"')


@tagged("post_install", "-at_install")
class TestTours(MailCase, HttpCase, OnboardingCommon):
    """A1 to A6c in the browser: three people bring one subscriber to active."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        onu = cls.env["product.product"].create(
            {"name": "ONU F670L", "is_storable": True, "tracking": "serial"}
        )
        cls.lot = cls.env["stock.lot"].create(
            {"name": "SN-770451", "product_id": onu.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            onu, warehouse.lot_stock_id, 1, lot_id=cls.lot
        )

    @contextmanager
    def _on_a_phone(self):
        self.browser_size, self.touch_enabled = "390x844", True
        yield
        self.browser_size, self.touch_enabled = "1366x768", False

    def _tour_office(self, name, role):
        self.start_tour("/odoo", f"isp_onboarding_{name}", login=self.users[role].login)

    def _tour_field(self, name):
        with self._on_a_phone():
            self.start_tour(
                MY_WORK, f"isp_onboarding_{name}", login=self.technician.login
            )

    def _get_invitation(self):
        """Return path and query of the link that the subscriber was sent."""
        link = SIGNUP_LINK.search(self._mails[0]["body"]).group(1)
        parts = urlsplit(link.replace("&amp;", "&"))
        return f"{parts.path}?{parts.query}"

    def _issue_material(self, service):
        picking = self._visit(service, "warehouse").picking_ids
        self.assertEqual(picking.state, "assigned")
        picking.move_ids.picked = True
        picking.button_validate()

    def test_from_registration_to_active(self):
        self._tour_office("registration", "sales")
        service = self._as("sales", self.env["isp.service"]).search([])
        self.assertEqual(service.state, "draft")
        self.assertEqual(
            service.partner_id._isp_get_secret("isp_id_number"), "3173012305670001"
        )
        self.assertTrue(service.id_photo)
        self.assertAlmostEqual(service.longitude, 106.7839)

        self._tour_office("survey_schedule", "admin")
        self.assertEqual((service.state, service.visit_state), ("survey", "scheduled"))
        self.assertEqual(
            self._as("admin", service).visit_technician_ids, self.technician
        )
        self.assertEqual(service.priority, "2")

        self._tour_field("survey_report")
        self.assertEqual(service.state, "account")

        with self.mock_mail_gateway():
            self._tour_office("account_product", "admin")
        invitation = self._get_invitation()
        self.assertEqual(
            (service.state, service.visit_state), ("installation", "draft")
        )

        self._tour_office("installation_schedule", "admin")
        self.assertEqual(self._as("admin", service).installation_fee, 250_000)
        self.assertEqual(service.visit_state, "scheduled")

        self._tour_field("installation_report")
        self.assertEqual((service.state, service.access), ("finalisation", "test"))
        self._issue_material(service)

        self._tour_office("restriction", "admin")
        self.assertTrue(service.restrict_before_payment)

        self._tour_field("handover")
        self.assertEqual((service.state, service.access), ("active", "isolated"))
        visit = self._visit(service)
        self.assertEqual(visit.customer_signed_by, "Bapak Gilang")
        self.assertEqual(visit.technician_signed_by_id, self.technician)
        self.assertTrue(visit.handover_id)
        self.assertEqual(self._as("technician", service).equipment_ids, self.lot)

        self.start_tour(invitation, "isp_onboarding_portal", login=None)
