from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import IspCommon

NIK = "3171014506850001"


@tagged("post_install", "-at_install", "isp_alone")
class TestIdentity(IspCommon):
    """Who lives in Indonesia has a KTP, and its number has 16 digits."""

    def _register(self, **vals):
        services = self.as_user(self.env["isp.service"], self.sales)
        return services.create(self._prepare_registration(**vals))

    def test_nik_has_sixteen_digits(self):
        wrong = ("317101450685000", "31710145068500011", "317101450685000A")
        for number in (*wrong, "٣171014506850001"):
            with self.assertRaisesRegex(ValidationError, "16 digits"):
                self._register(id_number=number)

    def test_a_nik_is_plausible(self):
        """P5."""
        for number in ("0000000000000000", "2071014506850001", "3100014506850001"):
            with self.assertRaisesRegex(ValidationError, "code of a district"):
                self._register(id_number=number)
        for number in (
            "3171019913900001",
            "3171014113900001",
            "3171013102900001",
            "3171017202900001",
            "3171014506850000",
            "3171019912900001",
            "3171018112900001",
        ):
            with self.assertRaisesRegex(ValidationError, "date of birth"):
                self._register(id_number=number)
        for number in ("3171012902000001", "9271017101990001", "3273010512110003"):
            self.assertTrue(self._register(id_number=number))

    def test_spaces_in_a_nik_go_away(self):
        """P5."""
        service = self._register(id_number="3171 0145 0685.0001")
        self.assertEqual(service._get_id_number(), NIK)
        service.id_number = "3171-0145-0685-0002"
        self.assertEqual(service._get_id_number(), "3171014506850002")

    def test_a_place_abroad_warns(self):
        """P6."""
        service = self._register(coordinates="41.9028, 12.4964")
        self.assertIn("outside Indonesia", service.place_warning)
        service.coordinates = "-6.2021, 106.7885"
        self.assertFalse(service.place_warning)
        service.coordinates = False
        self.assertFalse(service.place_warning)
        self.assertEqual(service._get_swapped("35, -2"), None)

    def test_other_documents_have_their_own_numbers(self):
        service = self._register(id_type="passport", id_number="X1234567")
        self.assertEqual(service._get_id_number(), "X1234567")
        with self.assertRaisesRegex(ValidationError, "16 digits"):
            service.id_type = "ktp"

    def test_a_ktp_is_what_people_have_in_indonesia(self):
        self.assertEqual(self._register(id_number=NIK).id_type, "ktp")

    def test_a_company_elsewhere_asks_for_no_ktp(self):
        self.company.country_id = self.env.ref("base.sg")
        service = self._register(phone="+65 8123 4567", id_number="S1234567D")
        self.assertEqual(service.id_type, "card")

    def test_lists_name_the_documents_of_indonesia(self):
        words = self.env["res.partner"]._isp_get_id_type_words()
        self.assertIn("nik", words["ktp"])
        self.assertLessEqual({"passport", "paspor", "kitas"}, set(words["passport"]))
        self.assertIn("card", words)

    def test_lists_may_write_a_nik_in_groups(self):
        clean = self.env["res.partner"]._isp_clean_id_number
        for copied in (
            "3171 0145 0685 0001",
            "'3171014506850001",
            "3171\u00a00145\u00a00685\u00a00001",
            "\u200e3171–0145–0685–0001\u202c",
            " 31 71 01 - 450685 - 0001.",
        ):
            with self.subTest(copied=copied):
                self.assertEqual(clean(copied), NIK)
        self.assertEqual(clean(" AB 123 "), "AB 123")

    def test_cards_of_before_are_ktp_where_they_may_be(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        partners = self.env["res.partner"].create(
            [
                {"name": "A", "isp_id_type": "card", "isp_id_number": NIK},
                {"name": "B", "isp_id_type": "card"},
                {"name": "C", "isp_id_type": "card", "isp_id_number": "S1234567D"},
                {"name": "D", "isp_id_type": "passport"},
                {"name": "E", "isp_id_type": "card", "company_id": other.id},
            ]
        )
        partners._isp_take_ktp(self.company)
        self.assertEqual(
            partners.mapped("isp_id_type"), ["ktp", "ktp", "card", "passport", "card"]
        )
