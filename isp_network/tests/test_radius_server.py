import io
import re
import tarfile

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..freeradius import archive, connections
from ..radius import schema
from .common import RadiusCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRadiusServer(RadiusCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.env["isp.radius.server"].create(
            {
                "name": "Radius 1",
                "host": "10.0.0.10",
                "odoo_address": " 10.0.0.20 ",
                "company_id": cls.company.id,
            }
        )

    def _files(self, server):
        """{name: text} of the archive."""
        _name, content = server._get_archive()
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            return {
                member.name.partition("/")[2]: packed.extractfile(member)
                .read()
                .decode()
                for member in packed
                if member.isfile()
            }

    def test_an_engineer_downloads_the_configuration(self):
        server = self.as_user(self.server, self.engineer)
        self.assertIn(f"/{server.id}/archive", server.action_download()["url"])
        files = self._files(server)
        self.assertIn(
            f'secret = "{server._isp_get_secret("secret")}"', files["clients.conf"]
        )
        self.assertIn("ipaddr = 10.0.0.20\n", files["clients.conf"])
        database = self.env.cr.dbname
        self.assertIn(f'radius_db = "{database}"', files["sql.conf"])
        self.assertIn(f'login = "{database}_radius"', files["sql.conf"])
        password = server._get_role_password()
        self.assertIn(f'password = "{password}"', files["sql.conf"])
        self.assertIn(f"PASSWORD '{password}'", files["database.sql"])
        self.assertEqual(self._files(server), files)

    def test_too_few_connections_of_the_database_are_told(self):
        """N12: each FreeRADIUS takes some of those that Odoo works with."""
        for servers, workers, crons, most, gevent, needed in (
            (1, 0, 2, 64, None, 32 + 64),
            (1, 4, 1, 64, None, 32 + 3 * 5 + 64),
            (2, 4, 1, 64, 10, 64 + 3 * 5 + 10),
            (0, 0, 2, 64, None, 64),
        ):
            self.assertEqual(
                connections.count_needed(servers, workers, crons, most, gevent), needed
            )
        self.cr.execute("SHOW max_connections")
        admitted = int(self.cr.fetchone()[0])
        self.assertIn("max_servers = 32", self._files(self.server)["radiusd.conf"])
        server = self.as_user(self.server, self.engineer)
        self.server.copy({"name": "More", "sequence": 99}).active = False
        self.assertFalse(server.connection_note)
        for number in range(admitted // connections.EACH):
            self.server.copy({"name": f"Radius {number}"})
        server.invalidate_recordset()
        self.assertRegex(
            server.connection_note, rf"admits {admitted - 3}.+at least \d+"
        )
        with self.assertLogs("odoo.addons.isp_network", "WARNING") as logs:
            self.env["isp.radius.server"]._register_hook()
        self.assertIn("max_connections", logs.output[0])

    def test_no_router_is_asked_who_is_online(self):
        """By checkrad, which fails, so that everybody would be let in twice: it takes
        both a query for it and the kind of the router."""
        text = "\n".join(self._files(self.server).values())
        self.assertNotRegex(text, r"(?m)^\s*simul_verify_query\s*=")
        self.assertNotRegex(text, r"(?i)nas.?type")

    def test_no_item_is_defined_twice(self):
        """FreeRADIUS takes the first, and says nothing of the other; of the queries for
        a packet it asks one after the other until one finds something."""
        files = self._files(self.server)
        text = files["sql.conf"].replace("$INCLUDE queries.conf", files["queries.conf"])
        sections, seen = [], []
        for line in text.replace("\\\n", " ").splitlines():
            item = re.match(r"\s*([\w.-]+)\s*=\s", line)
            if line.rstrip().endswith("{"):
                sections.append(line.split()[0])
            elif line.strip() == "}":
                sections.pop()
            elif item and item[1] != "query":
                seen.append((*sections, item[1]))
        self.assertIn(("sql", "authorize_check_query"), seen)
        self.assertCountEqual(seen, set(seen))

    def test_nobody_else_sees_secrets_or_the_archive(self):
        for user in (self.admin, self.sales, self.technician, self.portal):
            with self.assertRaises(AccessError):
                self.as_user(self.server, user).action_download()
            with self.assertRaises(AccessError):
                self.as_user(self.server, user)._get_archive()
            with self.assertRaises(AccessError):
                self.as_user(self.server, user).read(["secret"])

    def test_it_opens_all_companies_so_only_who_is_in_all_downloads_it(self):
        self._create_other_company(roles=("engineer",))
        pop = self.pop.copy({"code": "FAR", "company_id": self.company_b.id})
        self._create_router(
            "FAR-1", "10.0.0.9", pop_id=pop.id, company_id=self.company_b.id
        )
        server = self.as_user(self.server, self.engineer)
        with self.assertRaisesRegex(AccessError, "all companies"):
            server.action_download()
        with self.assertRaises(AccessError):
            self.as_user(self.server, self.users_b["engineer"]).read(["name"])

    def test_what_is_of_all_companies_is_for_who_works_in_all(self):
        """He who could write it would point it at himself, and get what log-ins are
        tried with."""
        self._create_other_company(roles=("engineer",))
        self.server.company_id = False
        for user in (self.engineer, self.users_b["engineer"]):
            server = self.as_user(self.server, user)
            self.assertNotIn(server, server.search([]))
            for forge in (
                lambda s: s.read(["secret"]),
                lambda s: s.write({"host": "10.66.6.6"}),
            ):
                with self.assertRaises(AccessError):
                    forge(server)
        self.engineer.company_ids = self.env["res.company"].search([])
        server = self.as_user(self.server, self.engineer)
        server.write({"host": "10.0.0.11"})
        self.assertEqual(self.server.host, "10.0.0.11")

    def test_what_cannot_be_written_into_files_is_refused(self):
        for values in (
            {"secret": 'short"'},
            {"host": "radius.example"},
            {"odoo_address": "::1"},
            {"database_host": "x; rm"},
            {"auth_port": 1813},
            {"acct_port": 70000},
            {"client_lifetime": 0},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.server.write(values)

    def test_its_database_may_be_on_several_machines(self):
        self.server.database_host = "10.0.0.11,10.0.0.12"
        files = archive.render(self.server._prepare_archive_values(), schema.GRANTS)
        self.assertIn('server = "10.0.0.11,10.0.0.12"', files["sql.conf"])

    def test_names_are_quoted_as_each_file_wants(self):
        values = self.server._prepare_archive_values()
        values.update(database="a \"b\" 'c'", role="a \"b\" 'c'_radius")
        files = archive.render(values, schema.GRANTS)
        self.assertIn('radius_db = "a \\"b\\" \'c\'"', files["sql.conf"])
        self.assertIn("rolname = 'a \"b\" ''c''_radius'", files["database.sql"])
        self.assertIn('TO "a ""b"" \'c\'_radius";', files["database.sql"])
        self.assertNotIn("@", files["sql.conf"])

    def test_a_role_gets_what_it_lacks_when_the_addon_is_updated(self):
        role = schema.role_name(self.env.cr.dbname)
        self.cr.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if not self.cr.rowcount:
            self.cr.execute(f'CREATE ROLE "{role}"')
        self.env["isp.radius.store"].init()
        for table, allowed in (
            ("isp_radius_user", {"SELECT"}),
            ("isp_radacct", {"SELECT", "INSERT", "UPDATE"}),
            ("isp_radacct_archive", set()),
            ("isp_service", set()),
        ):
            self.cr.execute(
                """SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p
                WHERE has_table_privilege(%s, %s, p)""",
                [role, table],
            )
            self.assertEqual({p for (p,) in self.cr.fetchall()}, allowed, table)

    def test_the_role_name_fits_and_differs_between_long_names(self):
        names = {schema.role_name("d" * 60 + end) for end in ("aaa", "bbb")}
        self.assertEqual(len(names), 2)
        self.assertTrue(all(len(name) <= 63 for name in names))

    def test_a_copy_of_the_database_lets_nobody_in(self):
        service = self._create_active_service()
        secret = self.router._isp_get_secret("radius_secret")
        self.server._get_role_password()
        self._neutralize()
        self.cr.execute(
            "SELECT (SELECT count(*) FROM isp_radius_user), "
            "(SELECT count(*) FROM isp_radius_client)"
        )
        self.assertEqual(self.cr.fetchone(), (0, 0))
        self.assertFalse(self.router.use_radius or self.server.active)
        self.assertNotEqual(self.router._isp_get_secret("radius_secret"), secret)
        self.assertEqual(service.access, "open")
