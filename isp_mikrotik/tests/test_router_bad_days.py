import logging
import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.isp_network.exceptions import (
    NetworkError,
    RefusedError,
    UnreachableError,
)

from ..routeros import desired, reconcile
from ..routeros.transport import Command, RouterConnection, fetch_fingerprint
from .router_common import RouterCommon

IDENTITY = Command("/system/identity/print", {})


@tagged("post_install", "-at_install")
class TestRouterBadDays(RouterCommon):
    """Over a real socket: what a router, or the way to it, may do to us."""

    routers = 2

    def _fault(self, kind, path="/ppp", count=1, **fault):
        self.control.fault(router=0, kind=kind, path=path, count=count, **fault)

    def _connect(self, **changes):
        changes = {"timeout": 0.4, **changes}
        return RouterConnection(self.sim._get_api_endpoint()._replace(**changes))

    # The transport

    def test_silent_after_connect(self):
        self._fault("silent", "/login")
        begin = time.monotonic()
        with self.assertRaisesRegex(UnreachableError, "does not answer in time"):
            self._connect().__enter__()
        self.assertLess(time.monotonic() - begin, 2)

    def test_a_byte_now_and_then_is_not_waited_for_without_end(self):
        self._fault("drip", "/system", seconds=0.1)
        begin = time.monotonic()
        with self._connect(limit=0.8) as connection:
            with self.assertRaises(UnreachableError):
                connection.talk([IDENTITY])
        self.assertLess(time.monotonic() - begin, 2)

    def test_dies_between_two_words(self):
        self._fault("torn")
        with self._connect() as connection:
            with self.assertRaisesRegex(UnreachableError, "broke the connection off"):
                connection.talk([Command("/ppp/secret/add", {"name": "torn"})])
            with self.assertRaises(UnreachableError, msg="it is not used again"):
                connection.talk([IDENTITY])

    def test_a_late_answer_is_not_taken_for_the_next_one(self):
        self._fault("late", seconds=1)
        with self._connect() as connection:
            with self.assertRaises(UnreachableError):
                connection.talk([Command("/ppp/secret/print", {})])
            with self.assertRaisesRegex(UnreachableError, "is closed"):
                connection.talk([IDENTITY])

    def test_a_sentence_without_words_is_passed_over(self):
        """N13: the manual lets one be ignored."""
        self._fault("hush", "/system")
        with self._connect() as connection:
            (reply,) = connection.talk([IDENTITY])
        self.assertEqual(reply.rows[0]["name"], "SIM-1")

    def test_fatal_with_and_without_words(self):
        for text in ("out of memory", ""):
            self._fault("fatal", text=text)
            with self._connect() as connection:
                with self.assertRaisesRegex(UnreachableError, text):
                    connection.talk([Command("/ppp/secret/print", {})])

    def test_something_else_answers_there(self):
        self._fault("noise")
        with self._connect() as connection:
            with self.assertRaises(NetworkError):
                connection.talk([Command("/ppp/secret/print", {})])

    def test_a_refusal_is_of_one_command_and_stops_no_other(self):
        self._fault("trap", "/ppp/secret/add", text="failure: disk full")
        self._fault("bare", "/ppp/profile/print")
        with self._connect() as connection:
            refused, bare, done = connection.talk(
                [
                    Command("/ppp/secret/add", {"name": "a"}),
                    Command("/ppp/profile/print", {}),
                    Command("/ppp/secret/add", {"name": "b"}),
                ]
            )
            self.assertEqual(refused.error, "failure: disk full")
            self.assertTrue(bare.error)
            self.assertEqual((done.error, done.ret[0]), (None, "*"))
            self.assertTrue(connection.talk([IDENTITY])[0].rows)

    def test_the_older_login_and_a_wrong_password(self):
        for kind in ("plain", "challenge"):
            self.control.logins(router=0, kind=kind)
            with self._connect() as connection:
                self.assertTrue(connection.talk([IDENTITY])[0].rows)
            with self.assertRaisesRegex(RefusedError, "invalid user name or password"):
                self._connect(password="wrong").__enter__()

    def test_no_password_is_logged(self):
        with self.assertLogs("librouteros", logging.DEBUG) as logs:
            with self._connect() as connection:
                vals = {"name": "x", "password": "top-secret-1"}
                connection.talk([Command("/ppp/secret/add", vals)])
                connection.talk([Command("/ppp/secret/print", {}, ("?name=x",))])
        text = "\n".join(logs.output)
        self.assertIn("/ppp/secret/add", text)
        self.assertNotIn("top-secret-1", text)
        self.assertNotIn("=password=", text)
        self.assertNotIn("password", repr(self.sim._get_api_endpoint()))

    # Certificates

    def _get_tls(self):
        return {"tls": "pinned", "port": self.process.routers[0]["tls"]}

    def test_a_certificate_that_changed_is_refused_before_anything_is_sent(self):
        port = self.process.routers[0]["tls"]
        pin = fetch_fingerprint("127.0.0.1", port)
        with self._connect(fingerprint=pin, **self._get_tls()) as connection:
            self.assertTrue(connection.talk([IDENTITY])[0].rows)
        self.control.certificate(router=0)
        with self.assertRaisesRegex(RefusedError, "another certificate"):
            self._connect(fingerprint=pin, **self._get_tls()).__enter__()
        with self.assertRaisesRegex(RefusedError, "is not trusted"):
            self._connect(**{**self._get_tls(), "tls": "verified"}).__enter__()

    def test_a_router_without_certificate_only_for_who_wants_it(self):
        self.control.certificate(router=0, kind="anonymous")
        tls = self._get_tls()
        with self._connect(**{**tls, "tls": "anonymous"}) as connection:
            self.assertTrue(connection.talk([IDENTITY])[0].rows)
        with self.assertRaises(UnreachableError):
            self._connect(**{**tls, "tls": "verified"}).__enter__()
        self.control.certificate(router=0)

    def test_a_plain_port_is_not_taken_for_an_encrypted_one(self):
        with self.assertRaisesRegex(UnreachableError, "api-ssl"):
            self._connect(tls="anonymous").__enter__()

    # Services

    def test_a_router_that_breaks_off_gets_it_when_it_is_back(self):
        for kind in ("undone", "torn", "silent", "fatal"):
            with self.subTest(kind):
                service = self._create_service()
                self._fault(kind, "/ppp/secret/add")
                self._do(self._activate, service)
                self.assertEqual(service.router_link_ids.state, "pending")
                self.assertEqual(self.sim.state, "down")
                self.assertTrue(self.sim.api_error)
                self._do(self.env["isp.router"]._cron_read_health)
                self.assertEqual(self.sim.state, "up")
                self.assertIn(service.username, self._rows())
                self.assertEqual(service.router_link_ids.state, "applied")

    def test_a_router_marked_down_is_not_asked_by_jobs(self):
        self.sim._set_answers(False)
        service = self._create_service()
        self._do(self._activate, service)
        self.assertFalse(self._rows())
        self.assertEqual(service.router_link_ids.state, "pending")

    def test_reboot_in_the_middle_of_a_batch(self):
        services = self.env["isp.service"]
        for number in range(12):
            services |= self._create_service(username=f"batch{number:02d}")
        self.control.switch_on(router=0, names=services.mapped("username"))
        self._fault("undone", "/ppp/secret/add", after=5)
        self._do(self._activate, services)
        self.assertEqual(len(self._rows()), 5, "cut off in the middle")
        self.control.reboot(router=0, seconds=0)
        self._do(self.env["isp.router"]._cron_read_health)
        self.assertEqual(set(self._rows()), set(services.mapped("username")))
        self.assertEqual(set(self._online()), set(services.mapped("username")))
        self.assertEqual(set(services.router_link_ids.mapped("state")), {"applied"})

    def test_what_the_router_refuses_is_told_per_service_and_tried_again(self):
        good, bad = self._create_service(), self._create_service()
        self._fault("trap", "/ppp/secret/add", text="failure: disk full")
        self._do(self._activate, good | bad)
        links = (good | bad).router_link_ids
        self.assertEqual(sorted(links.mapped("state")), ["applied", "failed"])
        failed = links.filtered(lambda link: link.state == "failed")
        self.assertEqual(failed.error, "failure: disk full")
        self._do(self.sim._enqueue_services, failed.service_id)
        self.assertEqual(failed.state, "applied")
        self.assertEqual(len(self._rows()), 2)

    def test_a_profile_that_is_refused_is_told_to_who_has_it(self):
        good = self._create_service(plan_id=self.other_plan.id)
        bad = self._create_service()
        self._do(self._activate, good)
        self._fault("trap", "/ppp/profile/add", text="failure: disk full")
        self._do(self._activate, bad)
        self.assertEqual(bad.router_link_ids.state, "failed")
        self.assertEqual(good.router_link_ids.state, "applied")

    def test_a_change_of_a_profile_that_is_refused_is_of_all_who_have_it(self):
        """H11: their secrets are right already, only the profile is not."""
        other = self._create_service(plan_id=self.other_plan.id)
        mine = self._create_service() | self._create_service()
        self._do(self._activate, mine | other)
        self._fault("trap", "/ppp/profile/set", count=0, text="failure: disk full")
        self._do(self.plan.write, {"isp_download_mbps": 30})
        self.assertEqual(set(mine.router_link_ids.mapped("state")), {"failed"})
        self.assertEqual(
            set(mine.router_link_ids.mapped("error")), {"failure: disk full"}
        )
        self.assertEqual(other.router_link_ids.state, "applied")

    def test_in_the_end_one_person_is_asked_once(self):
        service = self._create_service()
        self._fault("trap", "/ppp/secret/add", count=0, text="failure: disk full")
        self._do(self._activate, service)
        for _try in range(5):
            self._do(self.sim._enqueue_services, service)
        kind = ["isp_network.mail_activity_router_api_help"]
        activity = self.sim.activity_search(kind)
        self.assertEqual(len(activity), 1)
        self.assertIn("disk full", activity.note)
        self.control.heal(router=0)
        self._do(self.sim._enqueue_services, service)
        self.assertFalse(self.sim.activity_search(kind), "cleared by itself")

    def test_rights_missing(self):
        policy = {"name": "reader", "policy": "read,api"}
        self.control.write(router=0, path="/user/group", rows=[policy])
        user = {"name": "reader", "password": "reader", "group": "reader"}
        self.control.write(router=0, path="/user", rows=[user])
        self.sim.write({"api_user": "reader", "api_password": "reader"})
        action = self.as_user(self.sim, self.engineer).action_test_api()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("write", action["params"]["message"])
        service = self._create_service()
        self._do(self._activate, service)
        self.assertEqual(service.router_link_ids.error, "not enough permissions (9)")

    def test_a_clock_that_is_wrong_is_told_and_harms_nothing(self):
        self.control.clock(router=0, offset=3600 * 24 * 365)
        action = self.as_user(self.sim, self.engineer).action_test_api()
        self.assertIn("minutes fast", action["params"]["message"])
        service = self._create_service()
        self._do(self._activate, service)
        self.assertIn(service.username, self._rows())

    def test_killed_after_the_router_did_it(self):
        """Odoo is killed between the router's answer and its own commit: the job runs
        again, everything is true once."""
        service = self._do(self._create_active_service)
        self.control.switch_on(router=0, names=[service.username])
        self._do(service._suspend, "manual")
        link = service.router_link_ids
        link.write({"state": "pending", "applied_hash": False, "session_hash": "old"})
        before = self._rows()
        self._do(self.sim._enqueue_services, service)
        self.assertEqual(self._rows(), before)
        self.assertEqual(link.state, "applied")
        self.assertEqual(set(self._online()), {service.username})

    def test_killed_between_isolation_and_payment(self):
        """The router was told of the isolation, Odoo died, then came the payment: what
        was applied last is not what Odoo believes, and it is looked at."""
        service = self._do(self._create_active_service)
        (row,) = self.control.rows(router=0, path="/ppp/secret")
        self.control.switch_on(router=0, names=[service.username])
        isolated = {"name": "isp-isolated", "address-list": "isolated"}
        self.control.write(router=0, path="/ppp/profile", rows=[isolated])
        with self._connect() as connection:
            vals = {".id": row[".id"], "profile": "isp-isolated"}
            connection.talk([Command("/ppp/secret/set", vals)])
        before = self._online()[service.username]
        self._do(service._sync_routers)
        self.assertEqual(
            self._rows()[service.username]["profile"], f"isp-plan-{self.plan.id}"
        )
        self.assertNotEqual(self._online()[service.username][".id"], before[".id"])

    @mute_logger("odoo.addons.queue_job")
    def test_one_hangs_and_the_others_changes_are_through(self):
        self._fault("silent", "/", count=0)
        services = self.env["isp.service"]
        for number in range(6):
            pop = (self.pop, self.sims[1].pop_id)[number % 2]
            services |= self._create_service(pop_id=pop.id)
        self.sim.api_timeout = 5
        begin = time.monotonic()
        for service in services:
            self._do(self._activate, service)
        spent = time.monotonic() - begin
        self.assertEqual(len(self._rows(number=1)), 3)
        self.assertLess(spent, 15, "one timeout, not one for each of its services")

    def test_twenty_thousand_secrets(self):
        rows = [
            {"name": f"u{n:05d}", "password": "secret-12", "comment": "by hand"}
            for n in range(20000)
        ]
        self.control.write(router=0, path="/ppp/secret", rows=rows)
        with self._connect(timeout=10) as connection:
            begin = time.monotonic()
            found = reconcile.read(connection, [desired.SECRET])[desired.SECRET]
            read = time.monotonic() - begin
            one = reconcile.read(connection, [desired.SECRET], ["u12345"])
        self.assertEqual(len(found), 20000)
        self.assertLess(read, 10)
        self.assertEqual(len(one[desired.SECRET]), 1)
