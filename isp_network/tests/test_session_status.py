import json
from functools import partial

from pyrad import packet

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.isp_base import vault

from ..radius import session_class
from ..sizes import format_bytes
from .radius_peer import RadiusPeer
from .session_common import MAC, SessionCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestSessionStatus(SessionCommon):
    """What the form, the network page and the diagnosis say of a line."""

    def _ago(self, **delta):
        return fields.Datetime.subtract(fields.Datetime.now(), **delta)

    def _reject(self, reason, tries=1, username=None, minutes=1):
        at = self._ago(minutes=minutes)
        self.env.cr.execute(
            SQL(
                """INSERT INTO isp_radpostauth
                (hour, username, router_id, reason, tries, last_at, mac)
                VALUES (date_trunc('hour', %s), %s, %s, %s, %s, %s, %s)""",
                at,
                username or self.service.username,
                self.router.id,
                reason,
                tries,
                at,
                MAC,
            )
        )

    def _seen(self, service=None):
        """Return the service as the network engineer sees it now."""
        return self.as_user(service or self.service, self.engineer)

    def _texts(self, user=None):
        service = self.as_user(self.service, user or self.engineer)
        return [f"{f['level']}: {f['text']}" for f in service._get_diagnosis()]

    def test_online_then_silent_then_offline(self):
        seen = self._seen()
        self.assertEqual(seen.session_status, "online")
        self.assertEqual(seen.session_address, "10.20.0.9")
        self.assertEqual(seen.session_mac, MAC)
        self.assertEqual(seen.session_router, self.router.name)
        self._update_session(self.live, updated_at=self._ago(minutes=16))
        self.assertEqual(self._seen().session_status, "silent")
        self._stop_session(self.live)
        seen = self._seen()
        self.assertEqual(seen.session_status, "offline")
        self.assertEqual(seen.session_cause, "it was closed by a command")
        never = self._create_active_service()
        self.assertEqual(self._seen(never).session_status, "never")

    def test_the_open_session_counts_not_one_that_ended_later(self):
        self._start_session(
            self.service,
            session_id="short",
            started_at=fields.Datetime.add(fields.Datetime.now(), seconds=5),
            stopped_at=fields.Datetime.add(fields.Datetime.now(), seconds=6),
        )
        self.assertEqual(self._seen().session_status, "online")

    def _open_second(self):
        self.plan.isp_session_limit = 2
        return self._start_session(
            self.service,
            session_id="second",
            mac="AA:BB:CC:00:00:02",
            address="10.20.0.10",
            started_at=fields.Datetime.add(fields.Datetime.now(), seconds=5),
        )

    def test_each_of_several_sessions_is_shown(self):
        self.assertFalse(self._seen().session_list)
        self._open_second()
        self._reject("already_online")
        seen = self._seen()
        self.assertEqual(seen.session_address, "10.20.0.10")
        lines = seen.session_list.split("\n")
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], "10.20.0.10, AA:BB:CC:00:00:02, PLM-1, since .+")
        self.assertRegex(lines[1], f"10.20.0.9, {MAC}, PLM-1, since .+")
        self.assertIn("from AA:BB:CC:00:00:02, " + MAC, seen.rejection_note)
        self.assertIn("2 sessions: 10.20.0.10, 10.20.0.9", " ".join(self._texts()))
        self.assertFalse(self._seen(self._create_active_service()).session_list)

    def test_all_of_several_sessions_are_disconnected(self):
        self._open_second()
        self._seen().action_disconnect()
        asked = {request["Acct-Session-Id"][0] for request in self.peer.requests}
        self.assertEqual(asked, {"second", f"8a{self.service.id:06x}"})

    def test_traffic_is_what_was_counted_and_what_came_since(self):
        today = self.company._get_isp_today()
        self.env["isp.usage.day"].create(
            [
                {
                    "service_id": self.service.id,
                    "company_id": self.company.id,
                    "date": fields.Date.subtract(today, days=days),
                    "bytes_in": 10**9,
                    "bytes_out": 5 * 10**9,
                }
                for days in (0, 3, 40)
            ]
        )
        self._update_session(self.live, bytes_in=10**8, bytes_out=2 * 10**9)
        seen = self._seen()
        self.assertEqual(seen.traffic_today, "7.0 GB down, 1.1 GB up")
        days = json.loads(seen.traffic_graph)
        self.assertEqual(len(days), 31)
        self.assertEqual(days[-1]["download"], 7 * 10**9)
        self.assertEqual(days[-4]["upload"], 10**9)
        self.assertEqual(sum(day["download"] for day in days), 12 * 10**9)

    def test_amounts_are_written_with_their_unit(self):
        for count, text in (
            (0, "0 B"),
            (999, "999 B"),
            (1500, "2 kB"),
            (999_960_000, "1.0 GB"),
            (5 * 2**32, "21.5 GB"),
            (10**18, "1,000.0 PB"),
        ):
            self.assertEqual(format_bytes(self.env, count), text)
        self.env["res.lang"]._activate_lang("id_ID")
        indonesian = self.env(context={"lang": "id_ID"})
        self.assertEqual(format_bytes(indonesian, 5 * 2**32), "21,5 GB")

    def test_rejections_in_plain_words(self):
        self._reject("wrong_password", tries=14, minutes=1)
        self._reject("already_online", minutes=2)
        self._reject("unknown_user", minutes=3)
        self._reject("", minutes=4)
        self._reject("wrong_password", username="somebody-else")
        lines = self._seen().rejection_note.split("\n")
        self.assertEqual(len(lines), 3)
        self.assertIn("wrong password, 14 times", lines[0])
        self.assertIn(f"already online from {MAC} since", lines[1])
        self.assertIn("no access", lines[2])

    def test_isolated_says_why_and_since_when(self):
        self.service._suspend("abuse")
        self.assertRegex(self._seen().rejection_note, "Isolated: Abuse since .+")

    def test_diagnosis_in_three_lines(self):
        self.assertIn("ok: Online since", " ".join(self._texts()))
        before = len(self._texts())
        self._stop_session(self.live)
        self._reject("wrong_password")
        self.router._set_answers(False)
        texts = self._texts()
        self.assertEqual(len(texts), before + 2)
        self.assertRegex(texts[-3], "bad: Offline since")
        self.assertRegex(texts[-2], "bad: Last turned away: .*wrong password")
        self.assertRegex(texts[-1], f"bad: Router {self.router.name} does not answer")

    def test_network_page_counts(self):
        silent = self._create_active_service()
        self._start_session(silent, updated_at=self._ago(minutes=20))
        self._reject("wrong_password", tries=3)
        self.service._suspend("manual")
        self.env.cr.flush()
        overview = self.env["isp.network"].with_user(self.engineer).get_overview()
        self.assertEqual(overview["totals"]["online"], 1)
        self.assertEqual(overview["totals"]["silent"], 1)
        self.assertEqual(overview["totals"]["differing"], 1)
        (router,) = overview["routers"]
        self.assertEqual((router["online"], router["silent"]), (1, 1))
        (pop,) = [pop for pop in overview["pops"] if pop["id"] == self.pop.id]
        self.assertEqual(pop["online"], 1)
        (rejection,) = overview["rejections"]
        self.assertEqual(rejection["label"], "wrong password")
        self.assertEqual(sum(rejection["counts"]), 3)
        (row,) = overview["silent"]
        self.assertEqual(row["service_id"], silent.id)

    def test_pages_cost_the_same_for_one_and_many_sessions(self):
        network = self.env["isp.network"].with_user(self.engineer)
        few = self._count(network.get_overview)
        for _n in range(5):
            self._start_session(self._create_active_service())
        self.env.flush_all()
        self.assertEqual(self._count(network.get_overview), few)

    def test_a_form_costs_the_same_for_one_and_many(self):
        many = self.service
        for _n in range(3):
            other = self._create_active_service()
            self._start_session(other)
            many |= other
        self.env.flush_all()
        names = ["session_status", "traffic_graph", "rejection_note"]
        one, four = (s.with_user(self.engineer) for s in (self.service, many))
        few = self._count(lambda: one.read(names))
        self.assertEqual(self._count(lambda: four.read(names)), few)

    def _count(self, call):
        """Return the queries that a call takes when what is kept for all is there."""
        for _warm in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
        return self.env.cr.sql_log_count - before

    # What a person does

    def test_disconnect_shows_the_answer_and_keeps_who_asked(self):
        action = self._seen().action_disconnect()
        self.assertEqual(action["params"]["type"], "success")
        command = self.service.command_ids
        self.assertEqual(command.user_id, self.engineer)
        self.assertEqual(self.peer.requests[-1].code, packet.DisconnectRequest)
        self.peer.answer = lambda request: (packet.DisconnectNAK, {"Error-Cause": 501})
        action = self._seen().action_disconnect()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("501", action["params"]["message"])

    def test_disconnect_says_what_stands_in_the_way(self):
        self.router._set_answers(False)
        with self.assertRaisesRegex(UserError, "does not answer"):
            self._seen().action_disconnect()
        self._stop_session(self.live)
        with self.assertRaisesRegex(UserError, "not online"):
            self._seen().action_disconnect()
        self.assertFalse(self.peer.requests)

    def test_new_password_is_shown_and_closes_the_session(self):
        old = self.service._isp_get_secret("password")
        action = self._seen().action_new_password()
        shown = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(shown.password, self.service._isp_get_secret("password"))
        self.assertNotEqual(shown.password, old)
        self.assertEqual(self._stale(), [self.live])

    def test_test_login_asks_freeradius(self):
        def answer(request):
            password = request.PwDecrypt(request["User-Password"][0])
            if password != self.service._isp_get_secret("password"):
                return packet.AccessReject, {"Reply-Message": "wrong_password"}
            return packet.AccessAccept, {"Cisco-AVPair": "rate=10M/20M"}

        server = self.env["isp.radius.server"].create(
            {"name": "radius-1", "host": "127.0.0.1"}
        )
        peer = RadiusPeer(answer, secret=server._isp_get_secret("secret"))
        self.addCleanup(peer.close)
        server.auth_port = peer.port
        for user in (self.engineer, self.admin):
            action = self.as_user(self.service, user).action_test_login()
            self.assertEqual(action["params"]["type"], "success")
            self.assertIn("10M/20M", action["params"]["message"])
        vault.put(
            self.env.cr, "isp.service", "password", {self.service.id: b"another-one"}
        )
        peer.answer = lambda request: (
            packet.AccessReject,
            {"Reply-Message": "wrong_password"},
        )
        action = self._seen().action_test_login()
        self.assertIn("wrong password", action["params"]["message"])
        self.assertEqual(
            self.service.command_ids.mapped("kind"), ["test", "test", "test"]
        )

    def test_test_login_without_a_server_says_what_to_do(self):
        self.env["isp.radius.server"].search([("active", "=", True)]).active = False
        with self.assertRaisesRegex(UserError, "FreeRADIUS server"):
            self._seen().action_test_login()

    def test_class_tells_what_can_be_changed_in_the_session(self):
        items = [["Framed-Pool", ":=", "home"], ["Session-Timeout", ":=", "1M/2M"]]
        make = partial(session_class.make, changeable={"Session-Timeout"})
        first = make("open", items, "t")
        self.assertEqual(first, make("open", items[::-1], "t"))
        faster = make("open", [items[0], ["Session-Timeout", ":=", "5M/9M"]], "t")
        self.assertNotEqual(first, faster)
        self.assertTrue(session_class.same_but_changeable(first, faster))
        for other in (
            make("isolated", items, "t"),
            make("open", items[1:], "t"),
            make("open", items, "u"),
        ):
            self.assertFalse(session_class.same_but_changeable(first, other))
        interim = [*items, ["Acct-Interim-Interval", ":=", "60"]]
        self.assertEqual(first, make("open", interim, "t"))
