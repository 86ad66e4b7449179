import csv
import re
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_open

from .common import PNG, IspCommon

NIK = "3171014506850001"
PARTNER = "odoo.addons.isp_base.models.res_partner"


@tagged("post_install", "-at_install")
class TestKnownPerson(IspCommon):
    """P2 to P4: nobody becomes a known person without a click, and nothing of a known
    person is written through a registration."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls._create_active_service(id_number=NIK, user_id=cls.admin.id)
        cls.person = cls.known.partner_id
        cls.card = cls._read_card()

    @classmethod
    def _read_card(cls):
        cls.env.invalidate_all()
        names = ("name", "phone", "email", "street", "active")
        secrets = ("isp_id_number", "isp_id_photo")
        return {
            **{name: cls.person[name] for name in names},
            **{name: cls.person._isp_get_secret(name) for name in secrets},
        }

    def _register(self, **vals):
        services = self._as("sales", self.env["isp.service"])
        return services.create(self._prepare_registration(**vals))

    def _assert_untouched(self):
        self.assertEqual(self._read_card(), self.card)

    # No link without a click

    def test_a_known_id_number_links_nobody(self):
        for way in ("form", "rpc", "import"):
            with self.subTest(way=way):
                if way == "form":
                    with Form(self._as("sales", self.env["isp.service"])) as form:
                        form.contact_name = "Budi"
                        form.phone = "0812 3456 9901"
                        form.street = "Jalan Melati 1"
                        form.id_number = NIK
                        form.id_photo = PNG.decode()
                    service = form.record
                elif way == "rpc":
                    service = self._register(id_number=NIK, id_photo=PNG.decode())
                else:
                    result = self._as("sales", self.env["isp.service"]).load(
                        ["contact_name", "phone", "street", "id_number"],
                        [["Budi", "0812 3456 9902", "Jalan Melati 2", NIK]],
                    )
                    self.assertFalse(result["messages"])
                    service = self.env["isp.service"].browse(result["ids"])
                self.assertNotEqual(service.sudo().partner_id, self.person)
                self.assertIn(self.person, service.sudo().duplicate_partner_ids)
                self.assertTrue(service.sudo().has_duplicates)
                self._assert_untouched()

    def test_an_id_number_typed_later_links_nobody(self):
        service = self._register()
        service.id_number = NIK
        self.assertNotEqual(service.partner_id, self.person)
        self.assertEqual(service.duplicate_partner_ids, self.person)

    def test_a_salesman_guesses_no_id_numbers(self):
        """What he types tells nothing before it is saved; each one saved is noted, and
        there is an end of it."""
        tries = {"contact_name": "Budi", "phone": "0812 3456 9903", "id_number": NIK}
        for role, told in (("sales", False), ("admin", True)):
            answer = self._as(role, self.env["isp.service"]).onchange(
                dict(tries), ["id_number"], {"has_duplicates": {}, "id_number": {}}
            )
            self.assertEqual(answer["value"].get("has_duplicates", False), told)
        looks = self.env["isp.secret.access"]
        noted = [("user_id", "=", self.sales.id), ("way", "=", "written")]
        before = looks.search_count(noted)
        with patch(f"{PARTNER}.ID_NUMBERS_A_DAY", before + 2):
            service = self._register(id_number=NIK)
            service.id_number = "3171014506850009"
            self.assertEqual(looks.search_count(noted), before + 2)
            self._assert_refused(UserError, service.write, {"id_number": NIK})
            self._assert_refused(UserError, self._register, id_number=NIK)
            self._as("admin", service).id_number = NIK

    def test_one_id_number_twice_in_one_import_is_shown_on_both(self):
        services = self._as("sales", self.env["isp.service"]).create(
            [self._prepare_registration(id_number="3171014506850009") for _n in "ab"]
        )
        first, second = services
        self.assertEqual(len(services.partner_id), 2)
        self.assertEqual(first.duplicate_partner_ids, second.partner_id)
        self.assertEqual(second.duplicate_partner_ids, first.partner_id)

    def test_phone_and_email_are_hinted_at(self):
        first = self._register()
        digits = re.sub(r"[^0-9]", "", first.phone).replace("62", "0", 1)
        drafts = self._as("sales", self.env["isp.service"])
        for vals in ({"email": first.email.upper()}, {"phone": digits}):
            draft = drafts.new(vals)
            self.assertEqual(draft.duplicate_partner_ids._origin, first.partner_id)
        draft = drafts.new({"contact_name": "Else", "phone": "+62 899-9999-9999"})
        self.assertFalse(draft.duplicate_partner_ids)

    # It is he

    def test_it_is_he(self):
        service = self._register(contact_name="Sity", id_number=NIK)
        made, phone = service.partner_id, service.phone
        service.action_use_duplicate()
        self.assertEqual(service.partner_id, self.person)
        self.assertFalse(made.active)
        self.assertIn(self.person.name, service.message_ids[0].preview, "it is noted")
        self.assertFalse(service.has_duplicates)
        self.assertEqual((service.contact_name, service.phone), ("Sity", phone))
        self._assert_untouched()

    def test_when_the_service_runs_the_contact_is_that_of_the_person(self):
        service = self._register(contact_name="Sity", id_number=NIK)
        service.action_use_duplicate()
        service = service.sudo()
        service.write({"plan_id": self.plan.id})
        service._ensure_credentials()
        self._activate(service)
        self.assertEqual(service.contact_name, self.card["name"])
        self.assertEqual(service.phone, self.card["phone"])
        self._assert_untouched()

    def test_of_several_duplicates_the_user_chooses(self):
        first, other = self._register(), self._register()
        second = self._register(email=first.email, phone=other.phone)
        with self.assertRaisesRegex(UserError, "choose one"):
            second.action_use_duplicate()

    def test_what_was_written_down_for_thousands_is_no_burden(self):
        email = "tidak-ada@pelanggan.example"
        self.env["res.partner"].create([{"name": "P", "email": email}] * 60)
        service = self._register(email=email)
        likeness = service._get_likeness()
        found = service._search_alike(likeness)["email_normalized", email]
        self.assertEqual(len(found), 50, "few of them are looked at")
        self.assertEqual(len(service.duplicate_partner_ids), 5)

    def test_who_was_known_before_is_not_archived(self):
        chosen = self.env["res.partner"].create({"name": "Siti"})
        service = self._register(partner_id=chosen.id, email=self.person.email)
        service.action_use_duplicate()
        self.assertTrue(chosen.active)

    # Somebody else

    def test_somebody_else(self):
        service = self._register(id_number=NIK)
        service.action_not_duplicate()
        self.env.invalidate_all()
        self.assertFalse(service.has_duplicates)
        self.assertNotEqual(service.partner_id, self.person)
        self.assertIn(self.card["name"], service.message_ids[:1].body)
        another = self._register()
        service.email = another.email
        self.assertEqual(service.duplicate_partner_ids, another.partner_id)

    def test_the_warning_stays_until_somebody_decides(self):
        service = self._register(id_number=NIK)
        service.write({"street": "Jalan Lain 3"})
        self.env.invalidate_all()
        self.assertTrue(service.has_duplicates)
        service.sudo().other_person_ids = False
        for role in ("technician", "engineer"):
            for name in ("action_use_duplicate", "action_not_duplicate"):
                act = getattr(self._as(role, service), name)
                self._assert_refused(AccessError, act)
        self._assert_refused(
            AccessError, service.write, {"other_person_ids": [(6, 0, self.person.ids)]}
        )

    # Nothing of a known person is written

    def test_a_linked_registration_writes_nothing_of_the_person(self):
        for way in ("rpc", "click"):
            if way == "click":
                service = self._register(id_number=NIK)
                service.action_use_duplicate()
            else:
                service = self._register(partner_id=self.person.id)
            for vals in (
                {"contact_name": "Stranger"},
                {"phone": "+62 811-9999-0000"},
                {"email": "stranger@example.com"},
            ):
                with self.subTest(way=way, vals=vals):
                    service.write(vals)
                    self.assertEqual({n: service[n] for n in vals}, vals)
                    self._assert_untouched()
            for vals in (
                {"id_number": "3171014506850002"},
                {"id_photo": PNG.decode()},
                {"id_type": "passport"},
            ):
                with self.subTest(way=way, vals=vals):
                    self._assert_refused(ValidationError, service.write, vals)
                    self._assert_untouched()

    def test_the_id_of_the_person_does_not_come_with_the_link(self):
        for vals in ({"id_number": "3171014506850002"}, {"id_photo": PNG.decode()}):
            self._assert_refused(
                ValidationError, self._register, partner_id=self.person.id, **vals
            )
            service = self._register()
            self._assert_refused(
                ValidationError, service.write, {"partner_id": self.person.id, **vals}
            )

    def test_a_draft_does_not_write_who_runs_already(self):
        """His first registration made his card; a second one of his runs since."""
        first = self._register()
        second = self._create_active_service(partner_id=first.partner_id.id)
        first.write({"contact_name": "Another", "phone": "+62 811-2222-3333"})
        self.assertNotEqual(first.partner_id.name, "Another")
        self.assertNotEqual(second.phone, "+62 811-2222-3333")

    def test_a_draft_does_not_write_who_can_log_in(self):
        service = self._register()
        self._create_users(
            {"invited": "base.group_portal"}, partner_id=service.partner_id.id
        )
        email = service.partner_id.email
        self._as("sales", service).email = "stranger@example.com"
        self.assertEqual(service.partner_id.email, email)

    # He sees no more than he types

    def test_who_links_a_person_of_others_sees_no_more(self):
        service = self._register(partner_id=self.person.id)
        self._assert_refused(
            AccessError, self._as("sales", service).isp_reveal, "id_number"
        )
        self._assert_refused(
            AccessError, self._as("sales", self.person).isp_reveal, "isp_id_number"
        )
        self.assertNotEqual(service.phone, self.card["phone"])

    def test_a_registration_like_a_person_of_others_is_saved(self):
        """P2: his name is told, and the salesman may go on."""
        services = self._as("sales", self.env["isp.service"])
        # As in a request: who has begun it is asked for his rights on cards.
        self.patch(self.env.transaction, "default_env", services.env)
        vals = self._prepare_registration(id_number=NIK)
        names = {"has_duplicates": {}, "duplicate_names": {}}
        (saved,) = services.web_save(vals, names)
        self.assertEqual(saved["duplicate_names"], self.card["name"])
        self.env.invalidate_all()
        (shown,) = services.browse(saved["id"]).web_read(names)
        self.assertTrue(shown["has_duplicates"])

    def test_the_form_brings_no_person_of_others(self):
        """He is found by his phone, e-mail or ID alone, and it tells his name."""
        services = self._as("sales", self.env["isp.service"])
        with Form(services) as form:
            form.contact_name, form.phone = "Siti", self.card["phone"]
            self.assertTrue(form.has_duplicates)
            self.assertEqual(form.duplicate_names, self.card["name"])
            form.street = "Jalan Melati 3"
        shown = self._as("sales", form.record).web_read(
            {"duplicate_names": {}, "partner_id": {"fields": {"display_name": {}}}}
        )
        self.assertEqual(shown[0]["duplicate_names"], self.card["name"])
        self._as("sales", form.record).action_use_duplicate()
        self.assertEqual(form.record.sudo().partner_id, self.person)
        with Form(self._as("sales", form.record)) as form:
            form.street = "Jalan Melati 4"
        with self.assertRaises(AccessError):
            services.onchange({"partner_id": self.person.id}, ["partner_id"], {})
        self._assert_untouched()

    # Empty again

    def test_a_known_subscriber_taken_away_leaves_a_new_one(self):
        """P3."""
        service = self._register(partner_id=self.person.id, contact_name="Sity")
        service.partner_id = False
        self.assertTrue(service.partner_id)
        self.assertNotEqual(service.partner_id, self.person)
        self.assertEqual(service.partner_id.name, "Sity")
        made = service.partner_id
        service.partner_id = False
        self.assertEqual(service.partner_id, made)
        running = self._as("admin", self.known)
        for value in (False, made.id):
            self._assert_refused(UserError, running.write, {"partner_id": value})

    # Imports

    def test_each_bad_row_of_an_import_says_its_own_fault_alone(self):
        """P4."""
        services = self._as("sales", self.env["isp.service"])
        result = services.load(
            ["contact_name", "phone", "street"],
            [
                ["Good", "0812 3456 9911", "Jalan Melati 1"],
                ["Bad", "12", "Jalan Melati 2"],
                ["Good too", "0812 3456 9913", "Jalan Melati 3"],
                ["", "0812 3456 9914", "Jalan Melati 4"],
            ],
        )
        said = [(m["rows"]["from"], m["message"]) for m in result["messages"]]
        self.assertEqual([row for row, _text in said], [1, 3], said)
        self.assertRegex(said[0][1], "^Bad: .*is not a phone number")
        self.assertIn("name and a phone number", said[1][1])

    def test_a_template_of_an_import_is_offered_and_fits(self):
        """P4."""
        services = self._as("sales", self.env["isp.service"])
        (offered,) = services.get_import_templates()
        with file_open(offered["template"].lstrip("/")) as file:
            heading, *rows = list(csv.reader(file))
        result = services.load(heading, rows)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), len(rows))
