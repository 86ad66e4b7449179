from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..routeros.facts import _get_clock
from .router_common import RouterCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRouterApi(RouterCommon):
    """How a router's API is reached, who may, and what it says."""

    tls = "anonymous"

    def test_the_connection_is_tested(self):
        self.as_user(self.sim, self.engineer).action_test_api()
        self.assertEqual(self.sim.api_identity, "SIM-1")
        self.assertIn("RB5009", self.sim.api_board)
        self.assertTrue(self.sim.api_version and self.sim.api_uptime)
        self.assertIn("sensitive", self.sim.api_rights)
        self.assertEqual(self.sim.api_clock, "right")
        self.assertGreater(self.sim.api_round_trip, 0)
        self.assertEqual(self.sim.state, "up")

    def test_what_is_not_filled_in_is_told(self):
        self.sim.api_password = False
        with self.assertRaisesRegex(UserError, "user and the password"):
            self.as_user(self.sim, self.engineer).action_test_api()

    def test_a_wrong_password_is_told(self):
        self.sim.api_password = "wrong"
        action = self.as_user(self.sim, self.engineer).action_test_api()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("invalid user name", action["params"]["message"])

    def test_a_certificate_is_pinned_by_a_person_and_belongs_to_its_host(self):
        router = self.as_user(self.sim, self.engineer)
        router.api_tls = "pinned"
        with self.assertRaisesRegex(UserError, "Pin its certificate"):
            router.action_test_api()
        action = router.action_pin_certificate()
        router.env["isp.router.pin"].browse(action["res_id"]).action_pin()
        self.assertEqual(router.action_test_api()["params"]["type"], "success")
        self.control.certificate(router=0)
        answer = router.action_test_api()["params"]
        self.assertIn("another certificate", answer["message"])
        router.api_port = 8729
        self.assertFalse(router.api_fingerprint)

    def test_user_and_password_are_for_network_engineers(self):
        for user in (self.admin, self.technician, self.sales, self.portal):
            router = self.as_user(self.sim, user)
            for name in ("api_user", "api_password"):
                with self.assertRaises(AccessError, msg=(user.name, name)):
                    router.read([name])
            with self.assertRaises(AccessError, msg=user.name):
                router.action_pin_certificate()
            with self.assertRaises(AccessError, msg=user.name):
                router.action_live()
            with self.assertRaises(AccessError, msg=user.name):
                router.env["isp.router.live"].create({"router_id": self.sim.id})
        router = self.as_user(self.sim, self.engineer)
        self.assertEqual(router.isp_reveal("api_password"), "admin")

    def test_the_password_is_in_no_message(self):
        self.sim.api_password = "Top-Secret-9"
        self._flush_tracking()
        text = str(self.sim.message_ids.mapped("body"))
        text += str(self.sim.message_ids.tracking_value_ids.read())
        self.assertNotIn("Top-Secret-9", text)

    def test_hosts_ports_and_timeouts_that_cannot_be(self):
        for vals in (
            {"api_port": 0},
            {"api_port": 70000},
            {"api_timeout": 600},
            {"api_host": "http://10.0.0.1/"},
        ):
            with self.assertRaises(ValidationError, msg=vals):
                self.sim.write(vals)

    def test_live_view_and_disconnect(self):
        service = self._do(self._create_active_service)
        self.control.switch_on(router=0, names=[service.username])
        action = self.as_user(self.sim, self.engineer).action_live()
        live = self.env["isp.router.live"].browse(action["res_id"])
        live = live.with_user(self.engineer)
        self.assertEqual((live.online_count, live.found_count), (1, 1))
        session = live.session_ids
        self.assertEqual(session.service_id, service)
        before = session.key
        session.action_close()
        self.assertNotEqual(live.session_ids.key, before)
        live.search_name = "nobody of this name"
        live.action_read()
        self.assertFalse(live.session_ids)

    def test_a_service_is_asked_for_and_diagnosed(self):
        service = self._do(self._create_active_service)
        self.control.switch_on(router=0, names=[service.username])
        mine = self.as_user(service, self.engineer)
        mine.write({"caller_id": "02:00:00:00:00:01"})
        action = mine.action_ask_router()
        live = self.env["isp.router.live"].browse(action["res_id"])
        self.assertEqual(live.session_ids.name, service.username)
        with self.assertRaises(AccessError):
            self.as_user(service, self.admin).action_ask_router()
        link = service.router_link_ids
        table = (
            ("applied", "ok", "as it should be"),
            ("pending", "warn", "has not got"),
            ("failed", "bad", "refuses"),
        )
        for state, level, text in table:
            link.state = state
            (finding,) = [
                found
                for found in self.as_user(service, self.engineer)._get_diagnosis()
                if "SIM-1" in found["text"]
            ]
            self.assertEqual(finding["level"], level)
            self.assertIn(text, finding["text"])

    def test_the_clock_of_both_versions(self):
        for date in ("nov/22/2026", "2026-11-22"):
            row = {"date": date, "time": "10:00:00", "gmt-offset": "+07:00"}
            self.assertIsNotNone(_get_clock(row))
        late = {"date": "2026-11-22", "time": "10:00:00", "gmt-offset": "+07:00"}
        early = {**late, "gmt-offset": "-01:00"}
        self.assertAlmostEqual(_get_clock(early) - _get_clock(late), 8 * 3600, delta=5)
        self.assertIsNone(_get_clock({"date": "never"}))

    def _look(self):
        self._do(self.env["isp.router"]._cron_read_health)

    def _get_alerts(self, kind="pop_lost"):
        return self.sim.activity_search([f"isp_network.mail_activity_{kind}"])

    def test_many_offline_at_once_is_told_once_and_taken_back(self):
        names = [f"many{n:02d}" for n in range(20)]
        secrets = [{"name": name} for name in names]
        self.control.write(router=0, path="/ppp/secret", rows=secrets)
        self.control.switch_on(router=0, names=names)
        self._look()
        self.assertEqual(self.sim.online_count, 20)
        self.control.switch_off(router=0, names=names[:8])
        self._look()
        self.assertFalse(self._get_alerts(), "some go offline every day")
        self.control.switch_on(router=0, names=names)
        self._look()
        self.control.switch_off(router=0, names=names[:15])
        self._look()
        self._look()
        self.assertEqual(len(self._get_alerts()), 1)
        self.assertIn("5 of 20", self._get_alerts().note)
        self.control.switch_on(router=0, names=names)
        self._look()
        self.assertFalse(self._get_alerts())

    def test_a_router_that_stays_silent_is_told_once_and_taken_back(self):
        self.control.power(router=0, on=False)
        self._look()
        self.assertEqual(self.sim.state, "down")
        self.assertFalse(self._get_alerts("router_api_help"), "not at once")
        self.sim.state_since = "2026-01-01"
        self._look()
        self._look()
        self.assertEqual(len(self._get_alerts("router_api_help")), 1)
        self.control.power(router=0, on=True)
        self._look()
        self.assertEqual(self.sim.state, "up")
        self.assertFalse(self._get_alerts("router_api_help"))

    def test_a_copy_of_the_database_reaches_no_router(self):
        service = self._do(self._create_active_service)
        before, sim = self._rows(), self.sim.sudo()
        self.assertTrue(before and sim.api_user and sim.api_password)
        self._neutralize("isp_mikrotik")
        self.assertFalse(sim.use_api or sim.api_user or sim.api_password)
        self._do(service._suspend, "manual")
        self._do(sim._cron_compare)
        self._look()
        self.assertEqual(self._rows(), before)
        with self.assertRaisesRegex(UserError, "not used by its API"):
            self.as_user(self.sim, self.engineer).action_test_api()

    def test_another_companys_router_is_not_there(self):
        self._create_other_company(("admin",))
        router = self.as_user(self.sim, self.users_b["admin"])
        with self.assertRaises(AccessError):
            router.read(["name"])
