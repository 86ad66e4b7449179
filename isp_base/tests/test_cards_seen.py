import runpy

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import file_path

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestCardsSeen(IspCommon):
    """Whose card with phone and address each role sees: Odoo shows all to all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_active_service(user_id=cls.admin.id)
        cls.card = cls.other.partner_id
        cls.below = cls.card.create(
            {"name": "Invoices", "type": "invoice", "parent_id": cls.card.id}
        )

    def _get_seen(self, role, cards):
        seen = self._as(role, self.env["res.partner"])
        return set(seen.search([("id", "in", cards.ids)]).ids)

    def test_a_subscriber_is_not_everybodys(self):
        cards = self.card | self.below
        for role in ("employee", "technician", "sales", "warehouse"):
            with self.subTest(role=role):
                self.assertFalse(self._get_seen(role, cards))
                self._assert_refused(
                    AccessError, self._as(role, self.card).read, ["phone"]
                )
                found = self._as(role, self.card).name_search(self.card.name)
                self.assertNotIn(self.card.id, dict(found))
        for role in ("engineer", "admin", "manager"):
            self.assertEqual(self._get_seen(role, cards), set(cards.ids), role)

    def test_a_salesman_sees_whom_he_registered(self):
        own = self._create_service().partner_id
        self.assertTrue(self._get_seen("sales", own))
        linked = self._create_service(partner_id=self.card.id)
        self.assertFalse(self._get_seen("sales", self.card), "no right by a link")
        shown = self._as("sales", linked).web_read(
            {"partner_id": {"fields": {"display_name": {}}}, "phone": {}}
        )
        self.assertEqual(shown[0]["partner_id"]["display_name"], self.card.name)

    def test_a_technician_sees_where_he_is_sent(self):
        self._create_order(self.other, technician_ids=[Command.clear()])
        cards = self.card | self.below
        self.assertEqual(self._get_seen("technician", cards), set(cards.ids))
        above = self.card.create({"name": "Above", "is_company": True})
        self.card.parent_id = above
        self.assertTrue(self._get_seen("technician", above))

    def test_a_warehouse_sees_to_whom_it_gives(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "partner_id": self.card.id,
            }
        )
        self.assertTrue(self._get_seen("warehouse", self.card))
        Form(self._as("warehouse", picking))
        picking.write({"state": "done", "date_done": "2020-01-01"})
        self.assertFalse(self._get_seen("warehouse", self.card), "long ago")
        Form(self._as("warehouse", picking))

    def test_colleagues_companies_and_contacts_are_seen(self):
        contact = self.env["res.partner"].create({"name": "Supplier of ONUs"})
        self._create_active_service(partner_id=self.admin.partner_id.id)
        self._create_active_service(partner_id=self.company.partner_id.id)
        cards = contact | self.admin.partner_id | self.company.partner_id
        for role in ("employee", "technician", "sales", "warehouse"):
            self.assertEqual(self._get_seen(role, cards), set(cards.ids), role)

    def test_who_is_a_subscriber_is_kept_as_services_come_and_go(self):
        """The rule asks a column: it follows whatever moves a service or a card."""
        person, other = self.card.create([{"name": "Person"}, {"name": "Other"}])
        below = person.create({"name": "Below", "parent_id": person.id})
        everybody = person | below | other

        def assert_known(known):
            everybody.flush_recordset()
            self.env.cr.execute(
                "SELECT id FROM res_partner WHERE isp_is_subscriber AND id = ANY(%s)",
                [everybody.ids],
            )
            self.assertEqual({row[0] for row in self.env.cr.fetchall()}, set(known.ids))

        assert_known(person.browse())
        service = self._create_service(partner_id=person.id)
        assert_known(person | below)
        service.sudo().partner_id = other
        assert_known(other)
        below.parent_id = other
        assert_known(other | below)
        below.parent_id = person
        service.sudo().partner_id = below
        assert_known(below)
        service.sudo().unlink()
        assert_known(person.browse())

    def test_who_becomes_another_one_brings_his_services(self):
        """Odoo merges by SQL."""
        kept, gone = self.card.create(
            [{"name": "Siti", "email": "siti@example.com"} for _each in range(2)]
        )
        below = kept.create({"name": "Below", "parent_id": kept.id})
        self._create_service(partner_id=gone.id)
        self.assertFalse(kept.isp_is_subscriber)
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
        self.assertTrue(kept.isp_is_subscriber)
        self.assertTrue(below.isp_is_subscriber)

    def test_an_update_finds_who_is_a_subscriber(self):
        self.env.flush_all()
        asked = "SELECT id FROM res_partner WHERE isp_is_subscriber ORDER BY id"
        self.env.cr.execute(asked)
        before = self.env.cr.fetchall()
        self.env.cr.execute("UPDATE res_partner SET isp_is_subscriber = NULL")
        path = file_path("isp_base/migrations/19.0.2.2.0/pre-subscribers.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.2.1.0")
        self.env.cr.execute(asked)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertIn((self.below.id,), before)

    def test_the_talk_on_a_record_is_read_by_who_sees_it(self):
        """Who follows and writes has a name, though his card is not shown."""
        service = self._create_service()
        service.message_subscribe(self.card.ids)
        service.message_post(body="Hello", author_id=self.card.id)
        own = self._as("sales", service)
        self.assertIn("Hello", own.message_ids[:1].body)
        own.message_post(body="Answer", message_type="comment")
