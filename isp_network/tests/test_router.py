from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import RadiusCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRouter(RadiusCommon):
    def _get_clients(self, routers):
        """Return {address: secret} that FreeRADIUS answers for these routers."""
        self.env.flush_all()
        self.cr.execute(
            "SELECT host(address), secret FROM isp_radius_client "
            "WHERE router_id = ANY(%s)",
            [routers.ids],
        )
        return dict(self.cr.fetchall())

    def test_a_form_needs_name_and_address_whatever_brands_there_are(self):
        with Form(self.as_user(self.env["isp.router"], self.engineer)) as form:
            form.name = "PLM-7"
            form.address = "10.0.0.7"
            form.pop_id = self.pop
        router = form.record
        vendors = self.env["isp.router"]._fields["vendor"].get_values(self.env)
        self.assertEqual(router.vendor, vendors[0] if len(vendors) == 1 else False)
        self.assertEqual(
            self._get_clients(router),
            {"10.0.0.7": router.sudo()._isp_get_secret("radius_secret")},
        )

    def _log_in(self, reason="", signed=True, hours=1, username="siti"):
        """Write down a log-in at the router as FreeRADIUS does."""
        self.cr.execute(
            """INSERT INTO isp_radpostauth
                (hour, username, router_id, reason, last_at, signed)
            VALUES (date_trunc('hour', now() AT TIME ZONE 'UTC')
                - make_interval(hours => %s), %s, %s, %s, now(), %s)""",
            [hours, username, self.router.id, reason, signed],
        )

    def _learn(self):
        self.env["isp.router"]._cron_learn_signing()
        self.env.flush_all()
        self.cr.execute(
            "SELECT require_message_auth FROM isp_radius_client WHERE router_id = %s",
            [self.router.id],
        )
        return self.cr.fetchone()[0]

    def test_a_router_that_signs_is_expected_to_sign(self):
        """N11: learnt, told, and undone by a person for good."""
        self.assertFalse(self._learn(), "of a router without log-ins nothing is known")
        self._log_in(signed=None)
        self.assertFalse(self._learn(), "nor by a server of the first release")
        self.cr.execute("DELETE FROM isp_radpostauth")
        self._log_in()
        self._log_in("wrong_password", signed=False, username="somebody")
        self.assertTrue(self._learn(), "what was turned away can be anyone's")
        self.assertTrue(self.router.date_signed)
        self.assertIn("signed", self.router.message_ids[0].body)
        self.as_user(self.router, self.engineer).require_message_auth = False
        self.assertFalse(self._learn(), "a person said no")

    def test_one_that_lets_in_unsigned_is_not_expected_to_sign(self):
        self._log_in()
        self._log_in(signed=False, username="budi")
        self.assertFalse(self._learn())
        self.cr.execute("UPDATE isp_radpostauth SET hour = hour - interval '2 days'")
        self.assertFalse(self._learn(), "long ago")

    def test_only_engineers_and_managers_read_the_secret(self):
        for user in (self.engineer, self.manager):
            secret = self.as_user(self.router, user).isp_reveal("radius_secret")
            self.assertRegex(secret, r"^[A-Za-z0-9]{32}$")
        with self.assertRaises(AccessError):
            self.as_user(self.router, self.admin).read(["radius_secret"])
        for user in (self.sales, self.technician, self.warehouse, self.portal):
            for records in (self.router, self.pool):
                with self.assertRaises(AccessError):
                    self.as_user(records, user).read(["name"])

    def test_who_changes_routers(self):
        self.as_user(self.router, self.engineer).name = "PLM-9"
        for records in (self.router, self.pool):
            with self.assertRaises(AccessError):
                self.as_user(records, self.admin).write({"name": "x"})

    def test_companies_are_apart(self):
        self._create_other_company(roles=("engineer", "admin"))
        for name in ("engineer", "admin"):
            for records in (self.router, self.pool):
                foreign = self.as_user(records, self.users_b[name])
                with self.assertRaises(AccessError):
                    foreign.read(["name"])
                self.assertFalse(foreign.search([]))

    def test_nobody_gives_a_router_to_a_company_that_is_not_his(self):
        self._create_other_company(roles=("engineer",))
        own = self.as_user(self.router, self.engineer)
        with self.assertRaises(AccessError):
            own.write({"company_id": self.company_b.id, "pop_id": False})
        self.engineer.company_ids |= self.company_b
        pop = self.env["isp.pop"].create(
            {"name": "B", "code": "B", "company_id": self.company_b.id}
        )
        own.write({"company_id": self.company_b.id, "pop_id": pop.id})
        self.assertEqual(self.router.company_id, self.company_b)

    def test_the_secret_is_in_no_message(self):
        self._flush_tracking()
        self.router.write({"radius_secret": "another0secret0of0ours", "name": "PLM-8"})
        self._flush_tracking()
        messages = self.router.message_ids
        text = str(messages.mapped("body")) + str(
            messages.tracking_value_ids.mapped("new_value_char")
        )
        self.assertIn("PLM-8", text)
        self.assertNotIn("another0secret0of0ours", text)

    def test_an_address_is_of_one_radius_router(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._create_router("PLM-2", self.router.address)

    def test_the_second_one_is_told_so(self):
        other = self._create_router("PLM-2", "10.0.0.2")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation) as error:
            other.address = self.router.address
        constraint = error.exception.diag.constraint_name
        self.assertEqual(constraint, "isp_router_address_uniq")

    def test_an_address_may_be_of_a_router_without_radius_too(self):
        other = self._create_router("PLM-3", self.router.address, use_radius=False)
        self.assertFalse(self._get_clients(other))

    def test_what_is_no_address_secret_or_port_is_refused(self):
        for values in (
            {"address": "router.example"},
            {"address": "::1"},
            {"address": "10.0.0"},
            {"radius_secret": "short"},
            {"radius_secret": "with spaces and 'quotes' in it"},
            {"radius_secret": False},
            {"coa_port": 0},
            {"coa_timeout": 60},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.router.write(values)

    def test_freeradius_knows_the_router_as_it_is(self):
        router = self.router
        secret = router._isp_get_secret("radius_secret")
        self.assertEqual(self._get_clients(router), {"10.0.0.1": secret})
        router.write({"address": " 10.0.0.7 ", "radius_secret": "another0secret0of"})
        self.assertEqual(self._get_clients(router), {"10.0.0.7": "another0secret0of"})
        for values, back in (
            ({"use_radius": False}, {"use_radius": True}),
            ({"active": False}, {"active": True}),
        ):
            router.write(values)
            self.assertFalse(self._get_clients(router))
            router.write(back)
            self.assertTrue(self._get_clients(router))
        router_id = router.ids
        router.unlink()
        self.assertFalse(self._get_clients(self.env["isp.router"].browse(router_id)))

    def test_a_comparison_that_waited_for_a_router_that_is_gone_ends(self):
        router = self._create_router("PLM-9", "10.0.0.9")
        router.unlink()
        self.assertIn("gone", router._compare_job(False))

    def test_two_routers_swap_their_addresses(self):
        other = self._create_router("PLM-2", "10.0.0.2")
        self.router.address = "10.0.0.3"
        other.address = "10.0.0.1"
        self.router.address = "10.0.0.2"
        self.assertEqual(set(self._get_clients(self.router)), {"10.0.0.2"})
        self.assertEqual(set(self._get_clients(other)), {"10.0.0.1"})
