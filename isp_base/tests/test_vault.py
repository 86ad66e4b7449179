from contextlib import ExitStack, closing
from unittest.mock import patch

from psycopg2.errors import RaiseException, SerializationFailure

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .. import vault
from ..secret_field import MASK, Kept
from .common import PNG, IspCommon

OLD_KEY, NEW_KEY = "old" * 12, "new" * 12
PASSWORD = "Rahasia-Sekali-1"
LOGIN = {"username": "pelanggan.vault", "password": PASSWORD}
# Tables whose rows FreeRADIUS answers with; no model has them.
ANSWERED = ("isp_radius_user", "isp_radius_client")


def configured(*keys):
    return patch.object(vault, "read_configured_keys", lambda: keys)


@tagged("post_install", "-at_install", "isp_alone")
class TestVault(IspCommon):
    """What is kept in the vault, and by which keys."""

    def setUp(self):
        super().setUp()
        self.env.cr.cache.pop(vault.CACHED, None)
        self.addCleanup(self.env.cr.cache.pop, vault.CACHED, None)

    def _use(self, *keys):
        self.env.cr.cache.pop(vault.CACHED, None)
        return configured(*keys)

    def _read(self, service):
        return service._isp_get_secret("password")

    def test_no_table_has_a_secret_in_clear(self):
        service = self._create_active_service(**LOGIN)
        self._flush_tracking()
        self.assertEqual(self._read(service), PASSWORD)
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_type = "
            "'BASE TABLE' AND table_schema = current_schema AND table_name <> ALL(%s)",
            [list(ANSWERED)],
        )
        holding = []
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT FROM %s t WHERE t::text LIKE %s LIMIT 1",
                    SQL.identifier(table),
                    f"%{PASSWORD}%",
                )
            )
            if self.env.cr.rowcount:
                holding.append(table)
        self.assertFalse(holding)

    def test_the_field_shows_dots_and_the_dots_change_nothing(self):
        service = self._create_service(**LOGIN)
        self.assertEqual(service.password, MASK)
        service.password = MASK
        self.assertEqual(self._read(service), PASSWORD)
        with self.assertRaisesRegex(ValidationError, "without dots"):
            service.password = MASK + "x"
        service.password = False
        self.assertEqual((service.password, self._read(service)), (False, ""))

    def test_a_secret_goes_with_its_record_and_is_not_copied(self):
        service = self._create_service(**LOGIN)
        self.assertFalse(service.copy().password)
        self.env.cr.execute("DELETE FROM isp_service WHERE id = %s", [service.id])
        found = vault.get(self.env.cr, "isp.service", service.ids, "password")
        self.assertFalse(found)

    def test_a_key_of_the_configuration_is_needed_to_read(self):
        with self._use(OLD_KEY):
            service = self._create_service(**LOGIN)
            self.assertEqual(self._read(service), PASSWORD)
        with self._use(), self.assertRaisesRegex(UserError, "isp_vault"):
            self._read(service)

    def test_dots_are_shown_without_the_key(self):
        with self._use(OLD_KEY):
            service = self._create_service(id_number="3171014506850001")
        self.env.invalidate_all()
        with self._use():
            self.assertEqual(service.read(["id_number"])[0]["id_number"], MASK)

    def test_what_was_there_before_the_key_can_be_read(self):
        with self._use():
            service = self._create_service(**LOGIN)
        with self._use(NEW_KEY):
            self.assertEqual(self._read(service), PASSWORD)

    def test_keys_are_turned_over(self):
        cr = self.env.cr
        with self._use(OLD_KEY):
            service = self._create_service(**LOGIN)
            vault.put(cr, "isp.test", "number", {1: b"3171"}, marked=True)
        with self._use(NEW_KEY, OLD_KEY):
            self.assertEqual(self._read(service), PASSWORD)
            self.assertEqual(
                vault.find(cr, "isp.test", "number", [b"3171"]), {1: b"3171"}
            )
            cr.execute(
                "DELETE FROM isp_vault WHERE model <> 'isp.test' "
                "AND (model, res_id) <> ('isp.service', %s)",
                [service.id],
            )
            self.assertGreaterEqual(vault.rotate(cr), 2)
        with self._use(NEW_KEY):
            self.assertEqual(self._read(service), PASSWORD)
            self.assertEqual(
                vault.find(cr, "isp.test", "number", [b"3171"]), {1: b"3171"}
            )
            self.assertFalse(vault.find(cr, "isp.test", "number", [b"3172"]))

    def test_what_no_field_keeps_any_more_is_forgotten(self):
        service = self._create_service(**LOGIN)
        vault.put(self.env.cr, "isp.gone", "password", {1: b"gone"})
        self.env["isp.secret.access"]._gc_vault()
        self.assertFalse(vault.get(self.env.cr, "isp.gone", [1], "password"))
        self.assertEqual(self._read(service), PASSWORD)

    def test_nothing_is_left_when_the_addon_goes(self):
        partner = self.env["res.partner"].create({"name": "Stays"})
        self.env.flush_all()
        vault.drop(self.env.cr)
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [partner.id])
        self.env.cr.execute("SELECT relname FROM pg_class WHERE relname ~ '^isp_vault'")
        self.assertFalse(self.env.cr.fetchall())

    def test_a_merged_partner_brings_his_id(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "Siti", "email": "siti@example.com"},
                {
                    "name": "Siti",
                    "email": "siti@example.com",
                    "isp_id_type": "card",
                    "isp_id_number": "3171014506850009",
                },
            ]
        )
        kept, gone = partners
        self.env["base.partner.merge.automatic.wizard"]._merge(partners.ids, kept)
        self.assertFalse(gone.exists())
        self.assertEqual(kept._isp_get_secret("isp_id_number"), "3171014506850009")

    def test_an_import_brings_and_changes_secrets(self):
        names = ["contact_name", "phone", "username", "password", "id_number"]
        row = [
            "Imported",
            "+62 812-3456-9001",
            "imported.one",
            PASSWORD,
            "3171014506850007",
        ]
        answer = self.env["isp.service"].load(names, [row])
        self.assertFalse(answer["messages"])
        service = self.env["isp.service"].browse(answer["ids"])
        self.assertEqual(self._read(service), PASSWORD)
        number = service.partner_id._isp_get_secret("isp_id_number")
        self.assertEqual(number, "3171014506850007")

    def test_a_column_of_an_earlier_release_moves_into_the_vault(self):
        service = self._create_service()
        cr = self.env.cr
        cr.execute("ALTER TABLE isp_service ADD COLUMN password varchar")
        cr.execute(
            "UPDATE isp_service SET password = %s WHERE id = %s", [PASSWORD, service.id]
        )
        service.init()
        self.assertEqual(self._read(service), PASSWORD)
        cr.execute(
            "SELECT FROM information_schema.columns "
            "WHERE table_name = 'isp_service' AND column_name = 'password'"
        )
        self.assertFalse(cr.rowcount)

    def test_writing_at_once_puts_no_secret_into_a_statement(self):
        """Two connections write one secret: the later one fails, and no log, of Odoo
        or of PostgreSQL, has more than the statement that it sent."""
        key = ("isp.test", "concurrent")
        with ExitStack() as stack:
            first, second = (
                stack.enter_context(closing(db_connect(self.env.cr.dbname).cursor()))
                for _n in range(2)
            )
            vault.put(first, *key, {1: b"Before-Both-1"})
            first.commit()
            try:
                second.execute("SELECT 1")
                vault.put(first, *key, {1: b"First-Wins-1"})
                first.commit()
                with (
                    self.assertNoLogs("odoo.sql_db", level="WARNING"),
                    self.assertRaises(SerializationFailure) as refused,
                ):
                    vault.put(second, *key, {1: PASSWORD.encode()})
                told = f"{refused.exception} {second.query}"
                self.assertIn("isp_vault", told)
                self.assertNotIn(PASSWORD, told)
                self.assertNotIn(PASSWORD.encode().hex(), told)
            finally:
                second.rollback()
                vault.put(first, *key, {1: b""})
                first.commit()


@tagged("post_install", "-at_install")
class TestVaultReach(IspCommon):
    """No way of the ORM reaches a secret, not even the superuser's."""

    def _get_secrets(self):
        """Return every field, of every model, whose value is in the vault."""
        return [
            field
            for model in self.registry.models.values()
            for field in model._fields.values()
            if isinstance(field.related_field or field, Kept)
        ]

    def _assert_unanswered(self, ask, *args):
        try:
            answer = ask(*args)
        except (ValueError, TypeError, UserError, NotImplementedError):
            return
        self.fail(f"it was answered {answer}")

    def test_all_secrets_are_found(self):
        names = {str(field) for field in self._get_secrets()}
        self.assertLessEqual(
            {
                "isp.service.credentials.password",
                "isp.service.id_number",
                "isp.service.id_photo",
                "isp.service.password",
                "res.partner.isp_id_number",
                "res.partner.isp_id_photo",
                "res.users.isp_id_number",
            },
            names,
        )

    def test_none_is_a_column_or_can_be_searched(self):
        for field in self._get_secrets():
            model = self.env[field.model_name]
            with self.subTest(field=str(field)):
                self.assertFalse(field.store or field.search or field.copy)
                told = model.fields_get([field.name])[field.name]
                for way in ("searchable", "sortable", "groupable", "aggregator"):
                    self.assertFalse(told.get(way), way)
                self.assertFalse(told.get("exportable", True) and not field.related)
                self.env.cr.execute(
                    "SELECT FROM information_schema.columns "
                    "WHERE table_name = %s AND column_name = %s",
                    [model._table, field.name],
                )
                self.assertFalse(self.env.cr.rowcount)

    def test_what_shows_a_secret_is_no_column_either(self):
        """Dialogs that show one to who may see it, and note it."""
        for model, name in (
            ("isp.service.credentials.show", "password"),
            ("isp.router.script", "script"),
        ):
            if model in self.env:
                field = self.env[model]._fields[name]
                self.assertFalse(field.store or field.search, str(field))

    def test_nothing_stored_depends_on_the_value_of_one(self):
        """What is stored and computed again when a secret changes is told of here."""
        known = {"isp.service.credentials_token"}
        secrets = set(self._get_secrets())
        for field in secrets:
            fields = self.registry.get_dependent_fields(field)
            stored = {str(f) for f in fields if f.store}
            self.assertLessEqual(stored, known, str(field))

    @mute_logger("odoo.domains", "odoo.models", "odoo.orm.domains")
    def test_no_domain_order_or_group_tells_a_bit(self):
        self._create_active_service(**LOGIN)
        for field in self._get_secrets():
            records, name = self.env[field.model_name], field.name
            ways = {
                "=like": lambda r=records, n=name: r.search([(n, "=like", "R%")]),
                "=": lambda r=records, n=name: r.search([(n, "=", PASSWORD)]),
                "set": lambda r=records, n=name: r.search([(n, "!=", False)]),
                "order": lambda r=records, n=name: r.search([], order=n),
                "group": lambda r=records, n=name: r.formatted_read_group([], [n]),
                "array_agg": lambda r=records, n=name: r.formatted_read_group(
                    [], [], [f"{n}:array_agg"]
                ),
                "having": lambda r=records, n=name: r._read_group(
                    [], ["id"], [f"{n}:max"]
                ),
            }
            for way, ask in ways.items():
                with self.subTest(field=str(field), way=way):
                    self._assert_unanswered(ask)

    def test_no_path_reaches_one(self):
        self._create_active_service(**LOGIN)
        paths = {
            ("res.partner", "isp_service_ids.password"),
            ("res.users", "partner_id.isp_service_ids.password"),
            ("res.company", "user_ids.partner_id.isp_service_ids.password"),
            ("ir.attachment", "create_uid.company_ids.user_ids.partner_id."
             "isp_service_ids.password"),
            ("isp.work.order", "service_id.password"),
            ("isp.work.order", "service_id.id_number"),
            ("res.users", "partner_id.isp_id_number"),
            ("res.users", "isp_id_number"),
        }  # fmt: skip
        for role in ("portal", "technician", "sales", "admin", "engineer"):
            for model, path in paths:
                records = self.as_user(self.env[model], self.users[role])
                for start in ("R", "x"):
                    domain = [(path, "=like", f"{start}%")]
                    with self.subTest(role=role, path=path):
                        self._assert_unanswered(records.search_count, domain)

    def test_what_is_read_and_exported_has_dots_for_everybody(self):
        service = self._create_active_service(**LOGIN)
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        services = self.as_user(service, self.manager)
        spec = {"password": {}, "username": {}}
        answers = (
            services.read(["password"]),
            services.web_read(spec),
            services.export_data(["password"]),
            services.onchange({"password": False, "id": service.id}, [], spec),
            services.onchange({"username": "x"}, ["username"], spec),
            services.copy_data(),
        )
        for answer in answers:
            self.assertNotIn(PASSWORD, str(answer))


@tagged("post_install", "-at_install")
class TestWhoLooked(IspCommon):
    """Who looks is noted, by a line that nobody changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service(**LOGIN)
        cls.lines = cls.env["isp.secret.access"]

    def _count(self):
        return self.lines.search_count([("res_id", "=", self.service.id)])

    def test_who_may_see_a_secret_is_given_it_and_noted(self):
        for count, role in enumerate(("admin", "engineer", "manager"), 1):
            service = self._as(role, self.service)
            self.assertEqual(service.isp_reveal("password"), PASSWORD)
            self.assertEqual(self._count(), count)
        line = self.lines.search([], limit=1)
        self.assertEqual(
            (line.user_id, line.model, line.res_id, line.secret, line.way),
            (self.manager, "isp.service", self.service.id, "Password", "form"),
        )
        self.assertEqual(line.company_id, self.service.company_id)
        self.assertEqual(line.record_name, self.service.display_name)

    def test_others_are_given_nothing(self):
        for role in (
            "sales",
            "technician",
            "warehouse",
            "employee",
            "portal",
            "public",
        ):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, self.service).isp_reveal("password")
        self.assertFalse(self._count())

    def test_a_salesman_sees_the_id_of_his_own_subscribers_alone(self):
        """S2-9: whoever reads a contact does not see its ID."""
        other = self._create_service(id_number="3171014506850001")
        other.user_id = self.admin
        mine = self._create_service(id_number="3171014506850002")
        mine.user_id = self.users["sales"]
        stranger = self._as("sales", other.partner_id)
        self._assert_refused(AccessError, stranger.isp_reveal, "isp_id_number")
        for vals in (
            {"isp_id_number": "3171014506850003"},
            {"isp_id_type": "passport"},
            {"isp_id_photo": PNG},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(AccessError, stranger.write, vals)
        known = self._as("sales", mine.partner_id)
        self.assertEqual(known.isp_reveal("isp_id_number"), "3171014506850002")
        known.isp_id_number = "3171014506850003"
        admin = self._as("admin", other.partner_id)
        self.assertEqual(admin.isp_reveal("isp_id_number"), "3171014506850001")

    def test_only_secrets_are_revealed(self):
        for name in ("username", "note", "write", "isp_reveal"):
            with self.subTest(name=name), self.assertRaises(UserError):
                self._as("admin", self.service).isp_reveal(name)

    def test_another_company_is_given_nothing(self):
        self._create_other_company()
        with self.assertRaises(AccessError):
            self.as_user(self.service, self.users_b["admin"]).isp_reveal("password")

    def test_the_dialog_of_the_technician_is_noted(self):
        self._create_order(self.service, "started")
        self._as("technician", self.service).action_show_credentials()
        line = self.lines.search([], limit=1)
        self.assertEqual((line.user_id, line.way), (self.technician, "visit"))

    def test_what_the_machine_does_is_not_noted(self):
        self.service._change_credentials("another", "Another-Pass-1")
        self._flush_tracking()
        self.assertFalse(self._count())

    def test_managers_read_the_lines_of_their_companies(self):
        self._as("admin", self.service).isp_reveal("password")
        self.assertTrue(self._as("manager", self.lines).search([]))
        for role in ("admin", "engineer", "sales", "technician", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, self.lines).search([])
        self._create_other_company(("manager",))
        self.assertFalse(self.as_user(self.lines, self.users_b["manager"]).search([]))

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_a_line(self):
        self._as("admin", self.service).isp_reveal("password")
        self.env.flush_all()
        line = self.lines.search([], limit=1)
        manager = self._as("manager", line)
        for act in (manager.unlink, lambda: manager.write({"secret": "Nothing"})):
            self._assert_refused(AccessError, act)
        self._assert_refused(RaiseException, line.unlink)
        for statement in (
            "UPDATE isp_secret_access SET secret = 'Nothing'",
            "DELETE FROM isp_secret_access",
            "TRUNCATE isp_secret_access",
        ):
            with self.subTest(statement=statement):
                with self.assertRaises(RaiseException), self.env.cr.savepoint():
                    self.env.cr.execute(statement)
