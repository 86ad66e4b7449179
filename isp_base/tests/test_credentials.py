from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.models import isp_service_credentials

from ..secret_field import MASK
from .common import IspCommon


@tagged("post_install", "-at_install")
class TestUsername(IspCommon):
    """Row A3: the user name is made by the company's pattern, and editable."""

    def _create_bare(self, **vals):
        return self.env["isp.service"].create(self._prepare_registration(**vals))

    def _generate(self, pattern, **vals):
        self.company.isp_username_pattern = pattern
        service = self._create_bare(**vals).with_user(self.admin)
        service.action_generate_credentials()
        return service

    def test_pattern_is_by_default_the_number(self):
        service = self._generate("{number}")
        self.assertEqual(service.username, service.name.lower())

    def test_pattern_takes_what_is_known_of_the_subscriber(self):
        service = self._generate(
            "{name}.{pop}@{area}-{phone}",
            contact_name="Sítí Rahmawati, ST",
            phone="0812 3456 7801",
            pop_id=self.pop.id,
            area_id=self.area.id,
        )
        self.assertEqual(
            service.username, "sitirahmawatist.plm@palmerah-62812-3456-7801"
        )

    def test_pattern_that_yields_nothing_falls_back_on_the_number(self):
        service = self._generate("{area}")
        self.assertEqual(service.username, service.name.lower())

    def test_pattern_that_cannot_be_filled_in_is_refused(self):
        for pattern in (
            "",
            "fixed",
            "{}",
            "{0}",
            "{number",
            "number}",
            "{{number}}",
            "{salary}",
            "{number.__class__}",
            "{number[0]}",
            "{number!r}",
            "{number:>99}",
            "{number:{name.__class__}}",
        ):
            with self.assertRaisesRegex(ValidationError, "no pattern"):
                self.company.isp_username_pattern = pattern

    def test_pattern_is_a_setting_of_each_company(self):
        self._create_other_company()
        self.company_b.isp_username_pattern = "b-{number}"
        settings = self.env["res.config.settings"].create(
            {"isp_username_pattern": "a-{number}"}
        )
        settings.execute()
        self.assertEqual(self.company.isp_username_pattern, "a-{number}")
        self.assertEqual(self.company_b.isp_username_pattern, "b-{number}")

    def test_taken_name_gets_the_next_number_also_across_companies(self):
        self._create_other_company()
        self.company_b.isp_username_pattern = "{name}"
        first = self._generate("{name}", contact_name="Budi_S")
        second = self._generate("{name}", contact_name="Budi_S")
        other = self.env["isp.service"].with_user(self.users_b["admin"])
        other = other.create(self._prepare_registration(contact_name="Budi_S"))
        other.action_generate_credentials()
        names = [service.username for service in (first, second, other)]
        self.assertEqual(names, ["budi_s", "budi_s-2", "budi_s-3"])

    def test_services_of_one_batch_get_different_names(self):
        self.company.isp_username_pattern = "{name}"
        services = self.env["isp.service"].create(
            [self._prepare_registration(contact_name="Budi") for _n in range(3)]
        )
        services._ensure_credentials()
        self.assertEqual(len(set(services.mapped("username"))), 3)

    def test_long_names_are_cut(self):
        first = self._generate("{name}", contact_name="a" * 100)
        second = self._generate("{name}", contact_name="a" * 100)
        self.assertEqual(first.username, "a" * 60)
        self.assertEqual(second.username, "a" * 60 + "-2")

    def test_typed_name_is_kept_as_it_is_sent_without_blanks_around_it(self):
        service = self._create_bare().with_user(self.admin)
        service.username = "  Budi.S@Net "
        self.assertEqual(service.username, "Budi.S@Net")
        self.assertEqual(service.username_key, "budi.s@net")
        service.username = "  "
        self.assertFalse(service.username)

    def test_every_name_that_routers_and_radius_carry_is_taken(self):
        service = self._create_bare().with_user(self.admin)
        for name in ("a", "-abc", "a b=c", "o'neil/s", 'bu"di', "büdi", "a" * 253):
            service.username = name
            self.assertEqual(service.username, name)

    def test_name_that_none_carries_is_refused(self):
        service = self._create_bare().with_user(self.admin)
        for name in ("a\tb", "a\nb", "a\x7fb", "a" * 254, "ü" * 127):
            with self.assertRaisesRegex(ValidationError, "cannot be used"):
                service.username = name

    def test_name_is_unique_in_the_whole_database(self):
        self._create_other_company()
        self._create_bare(username="budi")
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        other = services.create(self._prepare_registration())
        with self.assertRaisesRegex(ValidationError, "cannot be used"):
            other.username = " BUDI "
        with self.assertRaisesRegex(ValidationError, "cannot be used"):
            services.create(self._prepare_registration(username="Budi"))
        own = self._create_bare()
        with self.assertRaisesRegex(ValidationError, "belongs to another"):
            own.with_user(self.admin).username = "Budi"
        with self.assertRaisesRegex(ValidationError, "belongs to another"):
            services.create(
                [self._prepare_registration(username="twins") for _n in range(2)]
            )

    @mute_logger("odoo.sql_db")
    def test_database_itself_keeps_the_names_unique(self):
        self._create_bare(username="budi")
        other = self._create_bare()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE isp_service SET username = 'budi' WHERE id = %s", [other.id]
            )

    def test_existing_name_is_kept_when_a_password_is_generated(self):
        service = self._create_bare(username="budi").with_user(self.admin)
        service.action_generate_credentials()
        self.assertEqual(service.username, "budi")
        self.assertTrue(service._isp_get_secret("password"))


@tagged("post_install", "-at_install", "isp_alone")
class TestPassword(IspCommon):
    """Row A4b: the password is generated, shown to whom it concerns, and guarded."""

    def _read_messages(self, service):
        """Return all that chatter and tracking keep of the service, as one text."""
        service.flush_recordset()
        self.env.flush_all()
        messages = service.sudo().message_ids
        tracking = messages.sudo().tracking_value_ids.read()
        return f"{messages.mapped('body')} {tracking}"

    def _show(self, service, user):
        action = service.with_user(user).action_show_credentials()
        shown = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        return shown.read(["username", "password"])[0]

    def test_generated_password_has_no_look_alikes(self):
        passwords = {self.env["isp.service"]._generate_password() for _n in range(500)}
        self.assertEqual(len(passwords), 500)
        self.assertEqual({len(password) for password in passwords}, {12})
        self.assertFalse(set("".join(passwords)) & set("0O1lIi5S2Zz8B"))

    def test_passwords_come_from_secrets(self):
        self.assertIs(
            isp_service_credentials.secrets, __import__("secrets"), "not from random"
        )
        self.assertFalse(hasattr(isp_service_credentials, "random"))

    def test_password_that_routers_misread_is_refused(self):
        service = self._create_service().with_user(self.admin)
        for password in ("short", "with a space", "tab\ttabtab", "pässword", "x" * 65):
            with self.assertRaisesRegex(ValidationError, "cannot be used") as refused:
                service.password = password
            self.assertNotIn(password, str(refused.exception))
        for password in ("newline1\n", "\nnewline1"):
            with self.assertRaises(ValidationError):
                service.password = password

    def test_credentials_are_edited_freely_until_active(self):
        service = self._create_service().with_user(self.admin)
        service.write({"username": "budi", "password": "Secret-123"})
        self.assertEqual(service._isp_get_secret("password"), "Secret-123")

    def test_running_credentials_change_through_their_action_alone(self):
        service = self._create_active_service().with_user(self.admin)
        for vals in ({"username": "budi"}, {"password": "Secret-123"}):
            with self.assertRaisesRegex(UserError, "Change credentials"):
                service.write(vals)
        with self.assertRaisesRegex(UserError, "Change credentials"):
            service.action_generate_credentials()

    def _change(self, service, user, **vals):
        action = service.with_user(user).action_change_credentials()
        wizards = self.env[action["res_model"]].with_user(user)
        with Form(wizards.with_context(**action["context"])) as form:
            for name, value in vals.items():
                form[name] = value
        wizard = form.record
        wizard.action_apply()
        return wizard

    def test_change_is_logged_and_its_values_nowhere(self):
        service = self._create_active_service()
        old = service._isp_get_secret("password")
        sql = self.assertLogs("odoo.sql_db", level="DEBUG")
        with self.assertLogs(level="DEBUG") as logs, sql as statements:
            wizard = self._change(
                service, self.engineer, username="Budi", password="Secret-123"
            )
            service.flush_recordset()
        self.assertEqual(service.username, "Budi")
        self.assertEqual(service._isp_get_secret("password"), "Secret-123")
        text = self._read_messages(service)
        self.assertIn("credentials were changed", text)
        self.assertEqual(service.message_ids[0].author_id, self.engineer.partner_id)
        for secret in (old, "Secret-123"):
            self.assertNotIn(secret, text)
            self.assertNotIn(secret, "\n".join(logs.output + statements.output))
        self.assertFalse(wizard.password)

    def test_taken_name_brings_no_password_into_the_log(self):
        other = self._create_service()
        service = self._create_active_service()
        with (
            self.assertNoLogs("odoo.sql_db", level="WARNING"),
            self.assertRaisesRegex(ValidationError, "belongs to another"),
        ):
            self._change(
                service, self.admin, username=other.username, password="Secret-123"
            )
            service.flush_recordset()

    def test_change_proposes_the_name_and_a_new_password(self):
        service = self._create_active_service()
        old = service._isp_get_secret("password")
        self._change(service, self.admin)
        self.assertNotEqual(service._isp_get_secret("password"), old)

    def test_emptied_password_keeps_the_present_one(self):
        service = self._create_active_service()
        old = service._isp_get_secret("password")
        self._change(service, self.admin, username="budi", password=False)
        self.assertEqual(
            (service.username, service._isp_get_secret("password")), ("budi", old)
        )

    def test_running_service_keeps_a_user_name(self):
        service = self._create_active_service().with_user(self.admin)
        for name in ("", "  ", False):
            with self.assertRaisesRegex(ValidationError, "cannot be used"):
                service._change_credentials(name)

    def test_only_administrators_and_engineers_change(self):
        service = self._create_active_service()
        self._create_order(service, "scheduled")
        for name in ("sales", "technician", "warehouse", "employee", "portal"):
            with self.assertRaises(AccessError, msg=name):
                service.with_user(self.users[name]).action_change_credentials()
            with self.assertRaises(AccessError, msg=name):
                service.with_user(self.users[name])._change_credentials("budi")

    # Showing

    def test_each_showing_is_logged_without_the_value(self):
        service = self._create_service()
        self._create_order(service, "scheduled")
        for count, name in enumerate(("admin", "engineer", "technician", "manager"), 1):
            shown = self._show(service, self.users[name])
            self.assertEqual(shown["username"], service.username)
            self.assertEqual(shown["password"], service._isp_get_secret("password"))
            text = self._read_messages(service)
            self.assertEqual(text.count("credentials were shown"), count)
            self.assertNotIn(service._isp_get_secret("password"), text)
            author = service.message_ids[0].author_id
            self.assertEqual(author, self.users[name].partner_id)

    def test_work_order_shows_its_service(self):
        order = self._create_order(state="started").with_user(self.technician)
        action = order.action_show_credentials()
        shown = self.env[action["res_model"]].with_user(self.technician)
        shown = shown.browse(action["res_id"])
        self.assertEqual(
            shown.password, order.service_id.sudo()._isp_get_secret("password")
        )

    def test_who_is_refused_has_no_button(self):
        shown = set()
        for name in ("admin", "engineer", "technician", "sales", "warehouse"):
            orders = self.env["isp.work.order"].with_user(self.users[name])
            if "action_show_credentials" in orders.get_view(view_type="form")["arch"]:
                shown.add(name)
        self.assertEqual(shown, {"admin", "engineer", "technician"})

    def test_nothing_is_shown_before_it_is_logged(self):
        service = self._create_service()
        shown = self.env["isp.service.credentials.show"].with_user(self.admin)
        spec = {"service_id": {}, "username": {}, "password": {}}
        answer = shown.with_context(active_id=service.id).onchange(
            {"service_id": service.id}, [], spec
        )
        self.assertFalse(answer["value"].get("password"))
        self.assertNotIn(service._isp_get_secret("password"), str(answer))

    def test_shown_credentials_cannot_be_turned_to_another_service(self):
        first, second = self._create_service(), self._create_service()
        action = first.with_user(self.admin).action_show_credentials()
        shown = self.env[action["res_model"]].with_user(self.admin)
        shown = shown.browse(action["res_id"])
        with self.assertRaises(AccessError):
            shown.service_id = second
        with self.assertRaises(AccessError):
            shown.onchange({"service_id": second.id}, [], {"password": {}})

    def test_technician_sees_them_while_his_visit_is_open(self):
        service = self._create_service()
        order = self._create_order(service, "started")
        action = service.with_user(self.technician).action_show_credentials()
        shown = self.env[action["res_model"]].browse(action["res_id"])
        order.write({"state": "done"})
        with self.assertRaises(AccessError):
            self._show(service, self.technician)
        with self.assertRaises(AccessError):
            self.as_user(shown, self.technician).read(["password"])

    def test_nobody_else_sees_them(self):
        service = self._create_service()
        self._create_order(service, "started")
        for name in ("sales", "warehouse", "employee", "portal", "public"):
            with self.assertRaises(AccessError, msg=name):
                self._show(service, self.users[name])
        with self.assertRaises(AccessError):
            self._show(service, self.stranger)

    def test_what_one_was_shown_another_does_not_read(self):
        service = self._create_active_service()
        action = service.with_user(self.admin).action_show_credentials()
        shown = self.env[action["res_model"]].browse(action["res_id"])
        changing = self.env["isp.service.credentials"].with_user(self.admin)
        changing = changing.create({"service_id": service.id})
        for records in (shown, changing):
            with self.assertRaises(AccessError):
                self.as_user(records, self.engineer).read(["password"])

    # Reading past the button

    def test_password_cannot_be_read_directly(self):
        service = self._create_service()
        order = self._create_order(service, "started")
        start = service._isp_get_secret("password")[:3]
        internal = self.sales | self.technician | self.warehouse | self.employee
        internal.group_ids += self.env.ref("base.group_allow_export")
        for user in internal:
            services = self.as_user(service, user)
            orders = self.as_user(order, user)
            ways = {
                "read": lambda s=services: s.read(["password"]),
                "web_read": lambda s=services: s.web_read({"password": {}}),
                "attribute": lambda s=services: s.password,
                "export": lambda s=services: s.export_data(["password"]),
                "domain": lambda s=services: s.search(
                    [("password", "=like", f"{start}%")]
                ),
                "path": lambda o=orders: o.search(
                    [("service_id.password", "=like", f"{start}%")]
                ),
                "order": lambda s=services: s.search([], order="password"),
                "group": lambda s=services: s.formatted_read_group([], ["password"]),
                "read_group": lambda s=services: s._read_group([], ["password"]),
                "aggregate": lambda s=services: s.formatted_read_group(
                    [], [], ["password:array_agg"]
                ),
                "web_search_read": lambda s=services: s.web_search_read(
                    [], {"password": {}}
                ),
                "web_read of the order": lambda o=orders: o.web_read(
                    {"service_id": {"fields": {"password": {}}}}
                ),
                "export of the order": lambda o=orders: o.export_data(
                    ["service_id/password"]
                ),
            }
            for way, read in ways.items():
                with (
                    self.subTest(user=user.name, way=way),
                    self.assertRaises(AccessError),
                ):
                    self.assertNotIn(
                        service.sudo()._isp_get_secret("password"), str(read())
                    )

    def test_password_is_not_among_what_plain_reading_gives(self):
        service = self._create_service()
        self._create_order(service, "started")
        for name in ("sales", "technician", "warehouse"):
            values = self.as_user(service, self.users[name]).read()
            self.assertNotIn("password", values[0])
            names = self.env["isp.service"].with_user(self.users[name]).fields_get()
            self.assertNotIn("password", names)
        values = self.as_user(service, self.engineer).read(["password"])
        self.assertEqual(values[0]["password"], MASK)
        self.assertEqual(
            self.as_user(service, self.engineer).isp_reveal("password"),
            service._isp_get_secret("password"),
        )
