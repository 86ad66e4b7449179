from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..radius import schema

# As the first release made them.
FIRST_RELEASE = """
    DROP TABLE isp_radius_user, isp_radius_client;
    CREATE TABLE isp_radius_user (
        username text PRIMARY KEY,
        service_id integer NOT NULL UNIQUE
            REFERENCES isp_service (id) ON DELETE CASCADE,
        access text NOT NULL,
        check_items jsonb NOT NULL,
        reply_items jsonb NOT NULL);
    CREATE TABLE isp_radius_client (
        address inet PRIMARY KEY,
        router_id integer NOT NULL UNIQUE
            REFERENCES isp_router (id) ON DELETE CASCADE,
        secret text NOT NULL,
        require_message_auth boolean NOT NULL DEFAULT false);
"""
TABLES = ("isp_radius_user", "isp_radius_client")


@tagged("post_install", "-at_install", "isp_alone")
class TestRadiusSchema(TransactionCase):
    """H3: tables gain columns, and keep what they hold."""

    def _describe(self):
        """Return what there is to know of the tables, in no order."""
        self.cr.execute(
            """SELECT table_name, column_name, data_type, is_nullable, is_identity
            FROM information_schema.columns WHERE table_name = ANY(%s)
            UNION ALL
            SELECT conrelid::regclass::text, pg_get_constraintdef(oid), conname, '', ''
            FROM pg_constraint WHERE conrelid = ANY(%s::regclass[])""",
            [list(TABLES), list(TABLES)],
        )
        return set(self.cr.fetchall())

    def _get_files(self):
        self.cr.execute(
            "SELECT array_agg(pg_relation_filenode(t)) FROM unnest(%s::regclass[]) t",
            [list(TABLES)],
        )
        return self.cr.fetchone()

    def test_what_is_new_lacks_nothing(self):
        self.assertFalse(schema.find_upgrades(self.cr))

    def test_tables_of_the_first_release_become_those_of_this_one(self):
        wanted = self._describe()
        service = self.env["isp.service"].create(
            {"contact_name": "Siti", "phone": "+62 812-3456-7001"}
        )
        self.env.flush_all()
        self.cr.execute(SQL(FIRST_RELEASE))
        row = ("siti", service.id, "open", '[["a", ":=", "1"]]', "[]")
        self.cr.execute(SQL("INSERT INTO isp_radius_user VALUES %s", row))
        statements = schema.find_upgrades(self.cr)
        files = self._get_files()
        for statement in statements:
            self.cr.execute(statement)
        self.assertEqual(self._get_files(), files, "none is written anew")
        self.assertEqual(self._describe(), wanted)
        self.assertFalse(schema.find_upgrades(self.cr), "it can be run again")
        self.cr.execute(
            """INSERT INTO isp_radius_user (username, access, check_items, reply_items)
            VALUES ('voucher', 'open', '[]', '[]')"""
        )
        self.cr.execute(
            "SELECT username, service_id, access, reply_items, replies, id "
            "FROM isp_radius_user ORDER BY id"
        )
        number = service.id
        self.assertEqual(
            self.cr.fetchall(),
            [
                ("siti", number, "open", [], {}, number),
                ("voucher", None, "open", [], {}, number + 1),
            ],
        )

    def test_what_was_prepared_before_is_executed_after(self):
        """FreeRADIUS keeps its connections while the addon is updated."""
        self.cr.execute(SQL(FIRST_RELEASE))
        self.cr.execute(
            """PREPARE of_the_first_release (text) AS
            SELECT u.username, u.reply_items FROM isp_radius_user u
            WHERE u.username = $1"""
        )
        self.cr.execute("EXECUTE of_the_first_release('siti')")
        for statement in schema.find_upgrades(self.cr):
            self.cr.execute(statement)
        self.cr.execute("EXECUTE of_the_first_release('siti')")
        self.assertFalse(self.cr.fetchall())
        self.cr.execute("DEALLOCATE of_the_first_release")
