import base64

from lxml import etree
from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import image
from odoo.tools.safe_eval import safe_eval

from .common import HEIC, PNG, IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRegistration(IspCommon):
    """Row A1: sales registers a subscriber."""

    def _register(self, **vals):
        services = self.env["isp.service"].with_user(self.sales)
        return services.create(self._prepare_registration(**vals))

    def test_sales_registers_with_the_form(self):
        with Form(self.env["isp.service"].with_user(self.sales)) as form:
            form.contact_name = "Siti Rahmawati"
            form.phone = "0812 3456 7801"
            form.email = "siti@example.com"
            form.id_number = "3171014506850001"
            form.id_photo = PNG.decode()
            form.street = "Jalan Anggrek Cendrawasih 14"
            form.city = "Jakarta Barat"
            form.coordinates = "-6.2021, 106.7885"
        service = form.record
        self.assertEqual(service.state, "draft")
        self.assertEqual(service.access, "none")
        self.assertEqual(service.user_id, self.sales)
        self.assertEqual(service.phone, "+62 812-3456-7801")
        self.assertRegex(service.name, r"^SUB\d{6}$")
        self.assertEqual(service.partner_id.name, "Siti Rahmawati")
        self.assertEqual(service.partner_id.street, "Jalan Anggrek Cendrawasih 14")
        self.assertEqual(
            service.partner_id._isp_get_secret("isp_id_number"), "3171014506850001"
        )
        self.assertTrue(service.partner_id.isp_id_photo)
        self.assertIn("Jakarta Barat", service.full_address)

    def test_name_and_phone_are_required(self):
        for missing in ("contact_name", "phone"):
            with self.assertRaisesRegex(ValidationError, "name and a phone number"):
                self._register(**{missing: False})
        service = self._register()
        with self.assertRaisesRegex(ValidationError, "name and a phone number"):
            service.phone = False

    def test_registration_makes_the_partner(self):
        service = self._register(contact_name="Budi", email=" budi@example.com ")
        self.assertEqual(service.partner_id.name, "Budi")
        self.assertEqual(service.partner_id.email, "budi@example.com")
        self.assertEqual(service.partner_id.phone, service.phone)
        self.assertEqual(service.partner_id.company_id, self.company)

    def test_the_subscriber_is_written_to_in_the_language_of_who_registers_him(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.env["ir.default"].set("res.partner", "lang", "en_US")
        for lang in ("id_ID", "en_US"):
            self.sales.lang = lang
            services = self.env["isp.service"].with_context(lang=lang)
            service = services.with_user(self.sales).create(
                self._prepare_registration()
            )
            self.assertEqual(service.partner_id.lang, lang)

    def test_chosen_partner_brings_his_contact(self):
        with Form(self.env["isp.service"].with_user(self.sales)) as form:
            form.partner_id = self.subscriber
            self.assertEqual(form.contact_name, self.subscriber.name)
            self.assertEqual(form.phone, self.subscriber.phone)
        self.assertEqual(form.record.partner_id, self.subscriber)

    def test_many_are_registered_at_once(self):
        services = self.env["isp.service"].with_user(self.sales)
        partners = self.env["res.partner"].search_count([])
        created = services.create([self._prepare_registration() for _n in range(20)])
        self.assertEqual(self.env["res.partner"].search_count([]), partners + 20)
        self.assertEqual(len(created.partner_id), 20)
        for service in created:
            self.assertEqual(service.partner_id.name, service.contact_name)

    # Contact in step

    def test_contact_written_on_the_service_reaches_the_partner(self):
        service = self._register()
        service.write({"contact_name": "Siti A.", "email": "new@example.com"})
        self.assertEqual(service.partner_id.name, "Siti A.")
        self.assertEqual(service.partner_id.email, "new@example.com")

    def test_contact_written_on_the_partner_reaches_all_his_services(self):
        first = self._create_active_service()
        second = self._create_active_service(partner_id=first.partner_id.id)
        first.partner_id.with_user(self.sales).phone = "+62 811-2222-3333"
        self.assertEqual(first.phone, "+62 811-2222-3333")
        self.assertEqual(second.phone, "+62 811-2222-3333")

    def test_emptied_partner_leaves_the_service_reachable(self):
        service = self._register()
        phone = service.phone
        service.partner_id.phone = False
        self.assertEqual(service.phone, phone)

    def test_installation_address_stays_with_the_service(self):
        service = self._register()
        service.partner_id.sudo().street = "Jalan Baru 1"
        self.assertEqual(service.street, "Jalan Anggrek 14")

    # Phone

    def test_phone_is_written_internationally(self):
        for typed in ("081234567801", "0812-3456-7801", "+6281234567801"):
            self.assertEqual(
                self._register(phone=typed).phone, "+62 812-3456-7801", typed
            )
        service = self._register()
        service.phone = "0812 3456 7802"
        self.assertEqual(service.phone, "+62 812-3456-7802")

    def test_he_is_found_by_his_phone_however_it_is_dialled(self):
        service = self._register(phone="0812 3456 7951")
        view = self.env.ref("isp_base.isp_service_view_search")
        arch = etree.fromstring(service.get_view(view.id, "search")["arch"])
        (typed,) = arch.xpath("//field[@name='name']/@filter_domain")
        for text, found in (
            ("081234567951", service),
            ("0812-3456-7951", service),
            ("+62 812 34567951", service),
            ("3456 7951", service),
            ("0812 3456 7952", service.browse()),
            ("Siti 7951", service.browse()),
        ):
            with self.subTest(text=text):
                domain = safe_eval(typed, {"self": text})
                self.assertEqual(service.search(domain), found)

    def test_he_is_found_by_name_phone_and_street(self):
        """P26: in fields that choose a service, and in the list."""
        service = self._register(phone="0812 3456 7961", street="Jalan Kenanga 77")
        services = self._as("sales", self.env["isp.service"])
        for text in ("0812 3456 7961", "081234567961", "+62 812-3456-7961"):
            found = [found_id for found_id, _name in services.name_search(text)]
            self.assertEqual(found, service.ids, text)
        view = self.env.ref("isp_base.isp_service_view_search")
        arch = etree.fromstring(service.get_view(view.id, "search")["arch"])
        (typed,) = arch.xpath("//field[@name='name']/@filter_domain")
        domain = safe_eval(typed, {"self": "Kenanga 77"})
        self.assertEqual(services.search(domain), service)

    def test_what_is_no_phone_is_refused_with_an_example(self):
        for typed in ("12", "no phone", "0812345678901234567"):
            with self.assertRaisesRegex(ValidationError, "is not a phone number"):
                self._register(phone=typed)

    def test_an_email_is_one_address(self):
        """P5."""
        for typed in ("notanemail", "siti@", "a@example.com, b@example.com"):
            with self.assertRaisesRegex(ValidationError, "is not an e-mail"):
                self._register(email=typed)

    # Coordinates

    def test_coordinates_can_be_emptied(self):
        service = self._register(coordinates="-6.2021, 106.7885")
        service.coordinates = False
        self.assertEqual((service.latitude, service.longitude), (0, 0))
        self.assertFalse(service.map_url)

    # Identity

    def test_documents_have_numbers_of_their_own(self):
        service = self._register(id_type="passport", id_number="X1234567")
        self.assertEqual(service._get_id_number(), "X1234567")
        self.assertEqual(service.id_type, "passport")

    def test_id_photo_is_a_picture(self):
        page = base64.b64encode(b"<html><script>alert(1)</script></html>").decode()
        text = base64.b64encode(b"this is a letter").decode()
        document = base64.b64encode(b"%PDF-1.4 letter").decode()
        for content in (page, text, document, "no base64 at all"):
            with self.assertRaisesRegex(UserError, "picture|image|base64"):
                self._register(id_photo=content)

    def test_a_photo_of_an_iphone_says_what_to_do(self):
        """P29."""
        with self.assertRaisesRegex(UserError, "HEIC.*Most compatible"):
            self._register(id_photo=base64.b64encode(HEIC))

    def test_large_id_photo_is_scaled_down(self):
        large = Image.new("RGB", (3000, 1000), "white")
        content = base64.b64encode(image.image_apply_opt(large, "JPEG"))
        service = self._register(id_photo=content)
        stored = service.partner_id._isp_get_secret("isp_id_photo")
        self.assertEqual(image.base64_to_image(stored).width, 1920)

    # Numbers

    def test_each_company_counts_for_itself(self):
        self._create_other_company()
        first = self._register()
        other = self.env["isp.service"].with_user(self.users_b["sales"])
        other = other.create(self._prepare_registration())
        self.assertEqual(other.company_id, self.company_b)
        self.assertEqual(other.name, "SUB000001")
        following = self._register()
        self.assertEqual(int(following.name[3:]), int(first.name[3:]) + 1)

    def test_order_is_numbered_by_the_company_of_its_service(self):
        self._create_other_company()
        service = self._create_service(
            company_id=self.company_b.id,
            pop_id=False,
            user_id=self.users_b["sales"].id,
        )
        order = self.env["isp.work.order"].create(
            {"service_id": service.id, "kind": "survey"}
        )
        self.assertEqual(order.company_id, self.company_b)
        self.assertEqual(order.name, "WO000001")

    def test_number_cannot_be_chosen(self):
        with self.assertRaises(AccessError):
            self._register(name="SUB999999")

    # Deleting

    def test_only_drafts_and_cancelled_are_deleted_by_administrators(self):
        active = self._create_active_service().with_user(self.admin)
        with self.assertRaisesRegex(UserError, "Only drafts"):
            active.unlink()
        self._create_service().with_user(self.admin).unlink()
        with self.assertRaises(AccessError):
            self._register().unlink()
