from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestFinder(IspCommon):
    """One box finds whom somebody on the phone names, and nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service(
            contact_name="Hartini Pencarian",
            phone="+62 813-9876-5501",
            street="Jalan Cempedak Raya 77",
            user_id=cls.admin.id,
        )
        cls.other = cls._create_active_service(user_id=cls.sales.id)

    def _find(self, text, role="admin"):
        finder = self.as_user(self.env["isp.finder"], self.users[role])
        return [(row["model"], row["id"]) for row in finder.find(text)]

    def _give_equipment(self):
        product = self.env["product.product"].create(
            {"name": "ONU", "is_storable": True, "tracking": "serial"}
        )
        lot = self.env["stock.lot"].create(
            {"name": "ZTEGC0FFEE77", "product_id": product.id}
        )
        lot.isp_service_id = self.service
        return lot

    def test_a_subscriber_is_found_by_whatever_he_says(self):
        for text in (
            "081398765501",
            "0813 9876 5501",
            "+62 813-9876-5501",
            "6281398765501",
            "98765501",
            "hartini",
            self.service.name,
            self.service.username.upper(),
            "cempedak",
        ):
            with self.subTest(text):
                self.assertIn(("isp.service", self.service.id), self._find(text))
                self.assertNotIn(("isp.service", self.other.id), self._find(text))

    def test_a_serial_number_leads_to_whom_it_stands_at(self):
        lot = self._give_equipment()
        found = self._find("c0ffee77")
        self.assertIn(("stock.lot", lot.id), found)
        self.assertIn(("isp.service", self.service.id), found)

    def test_what_stands_beside_a_name(self):
        finder = self.as_user(self.env["isp.finder"], self.admin)
        row = finder.find("081398765501")[0]
        self.assertIn("Hartini Pencarian", row["name"])
        self.assertIn("+62 813-9876-5501", row["hint"])
        self.assertIn("Cempedak", row["hint"])

    def test_nobody_finds_what_he_may_not_read(self):
        found = ("isp.service", self.service.id)
        self.assertNotIn(found, self._find("hartini", "sales"))
        self.assertIn(("isp.service", self.other.id), self._find(self.other.name))
        self.assertNotIn(found, self._find("hartini", "technician"))
        self.assertNotIn(found, self._find("hartini", "employee"))
        # The warehouse reads services, but nobody's phone or street.
        self.assertIn(found, self._find("hartini", "warehouse"))
        self.assertNotIn(found, self._find("081398765501", "warehouse"))
        self.assertNotIn(found, self._find("cempedak", "warehouse"))
        for role in ("portal", "public"):
            with self.assertRaises(AccessError):
                self._find("hartini", role)

    def test_too_short_finds_nothing(self):
        self.assertEqual(self._find("ha"), [])
        self.assertEqual(self._find("   "), [])

    def test_signs_of_patterns_are_signs(self):
        for text in ("%%%%", "____", "\\\\\\", "'; --"):
            self.assertEqual(self._find(text), [], text)

    def test_every_field_has_an_index(self):
        """Among a hundred thousand, three letters are found through an index."""
        for kind in self.env["isp.finder"]._get_kinds():
            for name in kind.by:
                model = self.env[kind.model]
                if "." in name or not model._fields[name].store:
                    continue
                if model._name == "res.partner":
                    continue  # Odoo's own field, of a table that is half as big
                with self.subTest(model=model._name, field=name):
                    self.assertEqual(model._fields[name].index, "trigram")

    def test_contacts_find_a_phone_with_its_zero(self):
        partner = self.service.partner_id
        partners = self.as_user(self.env["res.partner"], self.admin)
        for text in ("081398765501", "0813 9876-5501"):
            for name in ("phone_mobile_search", "isp_phone_dialled"):
                with self.subTest(text=text, field=name):
                    self.assertEqual(partners.search([(name, "ilike", text)]), partner)
        arch = partners.get_view(self.env.ref("base.view_res_partner_filter").id)
        self.assertIn("isp_phone_dialled", arch["arch"])
