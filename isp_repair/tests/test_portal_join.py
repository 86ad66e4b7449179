from odoo.tests import new_test_user, tagged

from .portal_common import RepairPortalCommon


@tagged("post_install", "-at_install")
class TestJoin(RepairPortalCommon):
    """What comes along, or stands in the way, when an account joins a subscriber."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = new_test_user(
            cls.env, "isp_fresh", "base.group_portal", email="fresh@pelanggan.example"
        )
        cls.mine = cls._create_active_service()

    def _join(self):
        return self.env["isp.portal.claim"]._join(self.fresh, self.mine)

    def test_repairs_ordered_before_come_along(self):
        where = {"service_id": False, "address": "Jalan Kenanga 7, Bandung"}
        ticket = self._book(self.fresh.partner_id, **where)
        self.assertEqual(self._join(), "joined")
        self.assertEqual(self.fresh.partner_id, self.mine.partner_id)
        self.assertEqual(ticket.partner_id, self.mine.partner_id)
        self._log_in_fresh()
        self.assertIn(ticket.number, self._read(self.url_open("/my/repairs")))

    def _log_in_fresh(self):
        self.env.invalidate_all()
        self.authenticate("isp_fresh", "isp_fresh")

    def test_an_account_with_an_invoice_is_joined_by_the_office(self):
        """The one who is named for billing is asked."""
        self.company.isp_billing_user_id = self.users["accountant"]
        self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.fresh.partner_id.id}
        )
        self.assertEqual(self._join(), "office")
        self.assertNotEqual(self.fresh.partner_id, self.mine.partner_id)
        asked = self.mine.activity_search(["mail.mail_activity_data_todo"])
        self.assertEqual(asked.user_id, self.users["accountant"])
