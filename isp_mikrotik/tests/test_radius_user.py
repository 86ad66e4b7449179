from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.isp_network.hooks import FORMER, post_init_hook
from odoo.addons.isp_network.models import isp_service_radius
from odoo.addons.isp_network.radius import schema, session_class, users
from odoo.addons.isp_network.tests.common import RadiusCommon
from odoo.addons.queue_job.tests.common import trap_jobs


@tagged("post_install", "-at_install", "isp_alone")
class TestRadiusUser(RadiusCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service()

    def _row(self, service=None):
        self.env.cr.flush()
        service = service or self.service
        return users.read_users(self.cr, service.ids).get(service.id)

    def _reply(self, service=None):
        return {name: value for name, _op, value in self._row(service)["reply_items"]}

    def _check(self, service=None):
        return {name: value for name, _op, value in self._row(service)["check_items"]}

    def test_a_service_can_log_in_the_moment_that_it_is_active(self):
        """A6c"""
        service = self._create_service()
        self.assertIsNone(self._row(service))
        self._activate(service)
        self.assertEqual(self._row(service)["username"], service.username)
        self.assertEqual(
            self._check(service)["Cleartext-Password"],
            service._isp_get_secret("password"),
        )
        self.assertEqual(self._reply(service)["Mikrotik-Rate-Limit"], "10M/20M")
        self.assertEqual(self._reply(service)["Framed-Pool"], "home")

    def test_a_line_test_logs_in_while_the_installation_runs(self):
        service = self._create_service()
        service._start_line_test()
        self.assertEqual(self._reply(service)["Session-Timeout"], "3600")
        service.test_until = "2020-01-01"
        service._refresh_access()
        self.assertIsNone(self._row(service))

    def test_isolation_and_its_end(self):
        self.service._suspend("manual")
        self.assertEqual(self._row()["access"], "isolated")
        self.assertEqual(self._reply()["Mikrotik-Address-List"], "isolated")
        self.assertEqual(self._reply()["Framed-Pool"], "isolated")
        self.service._restore("manual")
        self.assertNotIn("Mikrotik-Address-List", self._reply())

    def test_what_has_ended_cannot_log_in(self):
        self.service._terminate("moved")
        self.assertIsNone(self._row())

    def test_each_change_of_the_service_reaches_its_row(self):
        self.service._change_plan(self.other_plan)
        self.assertEqual(self._reply()["Mikrotik-Rate-Limit"], "25M/50M")
        self.service._change_credentials("Other.Name", "anotherPass1")
        self.assertEqual(self._row()["username"], "other.name")
        self.assertEqual(self._check()["Cleartext-Password"], "anotherPass1")
        engineer = self.as_user(self.service, self.engineer)
        engineer.write({"speed_override": True, "download_mbps": 7, "upload_mbps": 3.5})
        self.assertEqual(self._reply()["Mikrotik-Rate-Limit"], "3500k/7M")

    def test_a_change_of_the_plan_reaches_all_of_its_services(self):
        other = self._create_active_service()
        self.plan.write({"isp_download_mbps": 30, "isp_address_pool": "business"})
        for service in (self.service, other):
            self.assertEqual(self._reply(service)["Mikrotik-Rate-Limit"], "10M/30M")
            self.assertEqual(self._reply(service)["Framed-Pool"], "business")
        self.plan.write(
            {
                "isp_burst_download_mbps": 60,
                "isp_burst_upload_mbps": 20,
                "isp_burst_seconds": 16,
            }
        )
        self.assertEqual(
            self._reply()["Mikrotik-Rate-Limit"], "10M/30M 20M/60M 10M/30M 16/16"
        )

    def test_so_many_sessions_as_the_plan_says(self):
        self.assertEqual(self._check()["Simultaneous-Use"], "1")
        self.plan.isp_session_limit = 3
        self.assertEqual(self._check()["Simultaneous-Use"], "3")
        self.service.static_address = "203.0.113.5"
        self.assertEqual(
            self._check()["Simultaneous-Use"], "1", "two cannot have one address"
        )
        with self.assertRaisesRegex(ValidationError, "at least one session"):
            self.plan.isp_session_limit = 0

    def test_a_change_for_very_many_is_left_to_jobs(self):
        other = self._create_active_service()
        self.env.cr.flush()
        with (
            patch.object(isp_service_radius, "BATCH", 1),
            trap_jobs() as trap,
        ):
            self.plan.isp_address_pool = "business"
            self.assertEqual(self._reply()["Framed-Pool"], "home")
            jobs = [
                job for job in trap.enqueued_jobs if job.method_name == "_sync_batch"
            ]
            self.assertEqual(len(jobs), 2)
            for job in jobs:
                job.perform()
        for service in (self.service, other):
            self.assertEqual(self._reply(service)["Framed-Pool"], "business")

    def test_a_speed_of_its_own_has_no_burst_of_the_plan(self):
        self.plan.write(
            {
                "isp_burst_download_mbps": 40,
                "isp_burst_upload_mbps": 20,
                "isp_burst_seconds": 16,
            }
        )
        self.service.write(
            {"speed_override": True, "download_mbps": 100, "upload_mbps": 100}
        )
        self.assertEqual(self._reply()["Mikrotik-Rate-Limit"], "100M/100M")

    def test_changes_of_router_pools_and_company_reach_the_rows(self):
        self.pool.name = "residential"
        self.assertEqual(self._reply()["Framed-Pool"], "residential")
        self.router.pop_id = False
        self.assertNotIn("Framed-Pool", self._reply())
        self.router.pop_id = self.pop
        self.assertEqual(self._reply()["Framed-Pool"], "residential")
        self.service._suspend("manual")
        self.isolated_pool.unlink()
        self.assertNotIn("Framed-Pool", self._reply())
        self.assertEqual(self._reply()["Mikrotik-Address-List"], "isolated")
        self.company.write({"isp_isolated_mbps": 1, "isp_interim_minutes": 2})
        self.assertEqual(self._reply()["Mikrotik-Rate-Limit"], "1M/1M")
        self.assertEqual(self._reply()["Acct-Interim-Interval"], "120")

    def test_the_hook_tells_what_was_before_and_after(self):
        calls = []
        self.env.cr.flush()

        def note(_services, changes):
            calls.append(changes)

        self.patch(type(self.service), "_radius_changed", note)
        self.service.note = "nothing of the network"
        self.service._refresh_access()
        self.env.cr.flush()
        self.assertFalse(calls)
        self.service._suspend("manual")
        self.env.cr.flush()
        ((changes,),) = [calls]
        before, after = changes[self.service]
        self.assertEqual((before["access"], after["access"]), ("open", "isolated"))

    def test_the_row_names_its_session(self):
        """What the Class carries changes with every value that matters."""
        first = self._check()[session_class.CLASS_ITEM]
        self.service._suspend("manual")
        second = self._check()[session_class.CLASS_ITEM]
        self.assertFalse(session_class.same_but_changeable(first, second))

    def test_many_services_cost_no_query_each(self):
        few = [self._create_active_service() for _ in range(2)]
        many = few + [self._create_active_service() for _ in range(10)]
        counts = []
        for services in (few, many):
            chosen = self.env["isp.service"].union(*services)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            chosen._sync_radius_users()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_the_nightly_check_puts_right_what_differs(self):
        other = self._create_active_service()
        self.env.cr.flush()
        self.cr.execute(
            """UPDATE isp_radius_user SET reply_items = '[]' WHERE service_id = %s""",
            [self.service.id],
        )
        users.delete_users(self.cr, other.ids)
        ended = self._create_service()
        users.write_users(self.cr, {ended.id: {**self._row(), "username": "ghost"}})
        cron = self.env.ref("isp_network.isp_radius_check_cron")
        with (
            self.enter_registry_test_mode(),
            self.assertLogs("odoo.addons.isp_network", "WARNING") as logs,
        ):
            cron.method_direct_trigger()
        self.assertIn("3 rows", logs.output[0])
        self.assertIn("Mikrotik-Rate-Limit", self._reply())
        self.assertIsNotNone(self._row(other))
        self.assertIsNone(self._row(ended))

    def test_installing_lets_those_log_in_that_are_running(self):
        """Not where the addon was a part of this one, and they are let in already."""
        former = self.env["ir.module.module"].search([("name", "=", FORMER)])
        self.env.cr.flush()
        for state, let_in in (("to upgrade", False), ("to install", True)):
            with self.subTest(state=state):
                former.state = state
                self.cr.execute("DELETE FROM isp_radius_user")
                post_init_hook(self.env)
                self.assertEqual(bool(self._row()), let_in)

    def test_a_deleted_service_takes_its_row_along(self):
        service = self._create_service()
        service._start_line_test()
        service_id = service.id
        self.assertIsNotNone(self._row(service))
        service.unlink()
        self.env.flush_all()
        self.assertFalse(users.read_users(self.cr, [service_id]))

    def test_nothing_is_left_of_the_tables(self):
        schema.drop(self.cr)
        self.cr.execute("SELECT relname FROM pg_class WHERE relname ~ '^isp_rad'")
        left = {name for (name,) in self.cr.fetchall() if "command" not in name}
        self.assertFalse({n for n in left if not n.startswith("isp_radius_server")})
