from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .router_common import RouterCommon


@tagged("post_install", "-at_install")
class TestRouterDrift(RouterCommon):
    """What a router holds is compared with what it is to hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sim.api_repair = False
        cls.sim.message_partner_ids = False

    def setUp(self):
        super().setUp()
        self.service = self._do(self._create_active_service)
        self.name = self.service.username

    def _edit(self, **values):
        """Change the service's secret by hand, on the router."""
        (row,) = [r for r in self._read_all() if r["name"] == self.name]
        self._talk("set", **{".id": row[".id"], **values})

    def _read_all(self):
        return self.control.rows(router=0, path="/ppp/secret")

    def _talk(self, command, menu="/ppp/secret", **values):
        import librouteros

        port = self.process.routers[0]["plain"]
        api = librouteros.connect("127.0.0.1", "admin", "admin", port=port)
        rows = list(api(f"{menu}/{command}", **values))
        api.close()
        return rows

    def _compare(self):
        """Compare as the network engineer; return the open differences."""
        self.as_user(self.sim, self.engineer).action_compare()
        return self.sim.drift_ids.filtered(lambda drift: drift.state == "1_open")

    def _apply(self, drifts):
        """Press “Apply…”, read the dialog, press “Apply”."""
        drifts = self.as_user(drifts, self.engineer)
        action = drifts.action_apply()
        wizard = drifts.env["isp.router.apply"].with_context(**action["context"])
        wizard = wizard.create({})
        self.assertEqual(wizard.drift_ids, drifts)
        wizard.action_apply()

    def test_what_decides_what_he_gets_is_compared(self):
        """N9: a limit by hand cuts him off, another service keeps him out."""
        self._edit(**{"limit-bytes-out": "1000", "service": "l2tp"})
        (drift,) = self._compare()
        self.assertEqual(set(drift.values), {"limit-bytes-out", "service"})
        self._apply(drift)
        row = self._rows()[self.name]
        self.assertEqual((row["limit-bytes-out"], row["service"]), ("0", "pppoe"))
        self._edit(service="any")
        self.assertFalse(self._compare(), "any lets PPPoE in as well")

    def test_routes_of_a_secret_are_proposed_and_wiped_by_nobody_else(self):
        """N9: a business whose network is routed to it loses it by no repair."""
        self._edit(routes="203.0.113.8/29 10.20.0.9 1")
        self.sim.api_repair = True
        self._do(self.sim._enqueue_comparison)
        self.assertIn("203.0.113.8", self._rows()[self.name]["routes"])
        (drift,) = self.sim.drift_ids.filtered(lambda d: d.state == "1_open")
        self.assertEqual(set(drift.values), {"routes"})
        self._do(self.service._change_plan, self.other_plan)
        self.assertIn("203.0.113.8", self._rows()[self.name]["routes"])
        self.as_user(drift, self.engineer).action_take()
        self.assertEqual(self.service.routed_networks, "203.0.113.8/29")
        self.assertFalse(self._compare())
        self._edit(routes="198.51.100.0/24")
        (drift,) = self._compare()
        self._apply(drift)
        self.assertEqual(self._rows()[self.name]["routes"], "203.0.113.8/29")
        self._do(self.service._suspend, "manual")
        self.assertFalse(self._rows()[self.name].get("routes"), "isolated")

    def test_a_route_that_is_taken_away_here_goes_there(self):
        """N9: what Odoo wrote it takes away, and what came after that it does not."""
        self._do(self.service.write, {"routed_networks": "203.0.113.8/29"})
        self.assertEqual(self._rows()[self.name]["routes"], "203.0.113.8/29")
        self._do(self.service.write, {"routed_networks": False})
        self.assertFalse(self._rows()[self.name].get("routes"))
        self._edit(routes="198.51.100.0/24")
        self._do(self.service._change_plan, self.other_plan)
        self.assertEqual(self._rows()[self.name]["routes"], "198.51.100.0/24")

    def test_rates_that_are_the_routers_own_are_listed(self):
        """N6: a change by hand is seen, and what the plan says beside it."""
        profile = self.env["isp.router.profile"].create(
            {"router_id": self.sim.id, "plan_id": self.plan.id, "name": "home-20M"}
        )
        self._talk(
            "add", "/ppp/profile", name="home-20M", **{"rate-limit": "900M/900M"}
        )
        self._compare()
        profile = self.as_user(profile, self.engineer)
        self.assertEqual(
            (profile.router_rates, profile.plan_rates), ("900M/900M", "10M/20M")
        )
        self.assertTrue(profile.is_otherwise)
        (row,) = [
            r for r in self._talk("print", "/ppp/profile") if r["name"] == "home-20M"
        ]
        self._talk(
            "set", "/ppp/profile", **{".id": row[".id"], "rate-limit": "10000k/20M"}
        )
        self._compare()
        self.assertFalse(profile.is_otherwise)

    def test_what_is_not_ours_is_shown_counted_and_decided_on(self):
        """N8: a secret that nobody pays for is free internet."""
        self.sim.drift_ids.unlink()
        for name, service in (("hacker", "pppoe"), ("branch", "l2tp")):
            self._talk("add", name=name, password="x", service=service)
        drifts = self._compare().filtered(lambda drift: drift.kind == "foreign")
        by_name = {drift.label: drift for drift in drifts}
        self.assertTrue(by_name["branch"].is_office, "a tunnel is the office's")
        self.sim.invalidate_recordset()
        self.assertEqual(self.sim.foreign_count, 1)
        overview = self.env["isp.network"].with_user(self.engineer).get_overview()
        self.assertEqual(overview["totals"]["foreign"], 1)
        hacker = self.as_user(by_name["hacker"], self.engineer)
        action = hacker.action_make_subscriber()
        lines = self.env["isp.router.takeover"].browse(action["res_id"]).line_ids
        self.assertIn("hacker", lines.mapped("username"))
        hacker.action_office()
        self._compare()
        self.sim.invalidate_recordset()
        self.assertEqual(self.sim.foreign_count, 0, "kept for the next comparisons")
        hacker.action_not_office()
        self.sim.invalidate_recordset()
        self.assertEqual(self.sim.foreign_count, 1)
        with self.assertRaises(AccessError):
            self.as_user(hacker, self.admin).action_office()

    def _add_strangers(self, *names):
        self.sim.drift_ids.unlink()
        for name in names:
            self._talk("add", name=name, password="x12345", service="pppoe")
        return {d.label: self.as_user(d, self.engineer) for d in self._compare()}

    def test_what_is_the_offices_is_left_out_of_the_next_takeover(self):
        self._add_strangers("cctv", "guest")["cctv"].action_office()
        action = self.as_user(self.sim, self.engineer).action_take_over()
        takeover = self.env["isp.router.takeover"].browse(action["res_id"])
        lines = {line.username: line for line in takeover.line_ids}
        self.assertEqual(lines["cctv"].state, "left")
        self.assertIn("office", lines["cctv"].message)
        self.assertNotEqual(lines["guest"].state, "left")

    def test_one_is_made_a_subscriber_and_no_other(self):
        drifts = self._add_strangers("first", "second")
        takeovers = self.env["isp.router.takeover"]
        before = takeovers.search_count([])
        action = drifts["first"].action_make_subscriber()
        takeover = takeovers.browse(action["res_id"])
        self.assertEqual(takeover._get_unsettled().mapped("username"), ["first"])
        again = drifts["first"].action_make_subscriber()
        self.assertEqual(again["res_id"], takeover.id, "taken up")
        action = drifts["second"].action_make_subscriber()
        self.assertEqual(takeovers.search_count([]), before + 1)
        self.assertEqual(len(takeover._get_unsettled()), 2, "both are meant")
        self.assertEqual(action["domain"], [("takeover_id", "=", takeover.id)])
        self.assertEqual(action["context"], {"search_default_username": "second"})

    def test_a_secret_put_back_leaves_a_healthy_session_alone(self):
        """N10: he noticed nothing, and is to notice nothing."""
        self.control.switch_on(router=0, names=[self.name])
        session = self._online()[self.name]
        (row,) = [r for r in self._read_all() if r["name"] == self.name]
        self._talk("remove", **{".id": row[".id"]})
        drifts = self._compare()
        self.assertEqual(drifts.mapped("kind"), ["missing"])
        self._apply(drifts)
        self.assertIn(self.name, self._rows())
        self.assertEqual(self._online()[self.name]["since"], session["since"])

    def test_a_router_that_has_started_is_compared_at_once(self):
        """N5: restored from an old backup between two looks."""
        self.sim.sudo()._read_health()
        self.sim.api_uptime = "5w3d01:02:03"
        self._do(self.sim.sudo()._read_health)
        self.sim.api_repair = True
        (row,) = [r for r in self._read_all() if r["name"] == self.name]
        self._talk("remove", **{".id": row[".id"]})
        self._do(self.sim.sudo()._read_health)
        self.assertNotIn(self.name, self._rows(), "it runs on: nothing is compared")
        for uptime in ("5w3d1h2m3s", "5w3d01:02:03"):
            self.sim.api_uptime = uptime
            self._do(self.sim.sudo()._read_health)
            self.assertIn(self.name, self._rows())

    def test_an_edit_by_hand_is_shown_and_put_right(self):
        self._edit(disabled="yes", comment="Budi's house")
        (drift,) = self._compare()
        self.assertEqual((drift.kind, drift.service_id), ("different", self.service))
        self.assertIn("disabled: “true”, here “no”", drift.detail)
        self.assertIn("disabled", drift.todo)
        self.assertEqual(self._rows()[self.name]["disabled"], "true", "shown only")
        self._apply(drift)
        self.assertEqual(self._rows()[self.name]["disabled"], "false")
        self.assertEqual((drift.state, drift.right), ("2_closed", "odoo"))
        self.assertEqual(drift.closed_by_id, self.engineer)
        self.assertFalse(self._compare())

    def test_since_when_is_kept_and_it_may_vanish_by_itself(self):
        self._edit(disabled="yes")
        (drift,) = self._compare()
        drift.since = "2026-01-01"
        self.assertEqual(self._compare(), drift)
        self._edit(disabled="no")
        self.assertFalse(self._compare())
        self.assertEqual(drift.right, "itself")
        self.assertEqual(str(drift.since.date()), "2026-01-01")

    def test_edited_by_hand_it_was_changed_on_the_router_after_it_was_right(self):
        self.service.router_link_ids.date_applied = "2026-01-01 03:00:00"
        self.service._sync_routers()  # asked to be looked at, nothing was changed
        self._edit(disabled="yes")
        self._talk(
            "set", "/ppp/profile", **{".id": self._get_plan_row(), "comment": ""}
        )
        drifts = self._compare()
        self.assertEqual(set(drifts.mapped("menu")), {"/ppp/secret", "/ppp/profile"})
        self.assertEqual(set(drifts.mapped("changed_by")), {"router"})
        self.assertEqual(str(drifts[0].changed_after), "2026-01-01 03:00:00")

    def _get_plan_row(self):
        return self._rows("/ppp/profile")[self._get_plan_profile()][".id"]

    def test_what_waits_for_the_router_was_changed_in_odoo(self):
        link = self.service.router_link_ids
        link.write({"date_applied": "2026-01-01", "date_changed": "2026-01-01"})
        self.sim._set_answers(False)
        self._do(self.service._suspend, "manual")
        new = self._do(self._create_active_service)
        begun = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        drifts = self._compare()
        found = {(drift.label, drift.kind) for drift in drifts}
        self.assertIn((self.name, "different"), found)
        self.assertIn((new.username, "missing"), found)
        self.assertIn(("isp-isolated", "missing"), found)
        self.assertEqual(set(drifts.mapped("changed_by")), {"odoo"})
        self.assertGreater(min(drifts.mapped("changed_after")), begun)

    def test_who_changed_what_was_never_right_is_not_known(self):
        self.sim._set_answers(False)
        service = self._do(self._create_active_service)
        self._talk("add", name=service.username, password="by-hand-123")
        self._talk("add", name="guest")
        drifts = self._compare().grouped("label")
        self.assertEqual(drifts[service.username].changed_by, "unknown")
        self.assertFalse(drifts["guest"].changed_by)

    def test_a_password_that_differs_is_told_and_not_shown(self):
        self._edit(password="by-hand-123")
        (drift,) = self._compare()
        self.assertEqual(drift.detail, "another password")
        self.assertNotIn("by-hand-123", str(drift.read()))
        self.assertNotIn(self.service._isp_get_secret("password"), str(drift.read()))

    def test_the_router_was_right_about_the_password(self):
        self._edit(password="by-hand-123")
        (drift,) = self._compare()
        self._do(self.as_user(drift, self.engineer).action_take)
        self.assertEqual(self.service._isp_get_secret("password"), "by-hand-123")
        self.assertEqual(drift.right, "router")
        self.assertFalse(self._compare())

    def test_the_router_is_not_right_about_the_plan(self):
        self._edit(profile="default")
        (drift,) = self._compare()
        with self.assertRaisesRegex(UserError, "decided on the subscriber"):
            self.as_user(drift, self.engineer).action_take()

    def test_missing_twice_left_over_and_foreign(self):
        ended = self._do(self._create_active_service)
        self._do(ended._terminate, "moved")
        comment = f"isp:{self.service.name}"
        for name, text in (
            ("copy-of-it", comment),
            (ended.username, "put back by hand"),
            ("guest", ""),
        ):
            self._talk("add", name=name, comment=text)
        (row,) = [r for r in self._read_all() if r["name"] == self.name]
        self._talk("remove", **{".id": row[".id"]})
        found = {drift.label: drift.kind for drift in self._compare()}
        self.assertEqual(
            found,
            {
                self.name: "missing",
                "copy-of-it": "duplicate",
                ended.username: "leftover",
                "guest": "foreign",
            },
        )
        self._apply(self.sim.drift_ids.filtered(lambda d: d.state == "1_open"))
        self.assertEqual(set(self._rows()), {self.name, "guest"})

    def test_one_is_applied_and_the_other_waits(self):
        other = self._do(self._create_active_service)
        for row in self._read_all():
            self._talk("set", **{".id": row[".id"], "disabled": "yes"})
        drifts = self._compare()
        self._apply(drifts.filtered(lambda d: d.service_id == other))
        self.assertEqual(self._rows()[other.username]["disabled"], "false")
        self.assertEqual(self._rows()[self.name]["disabled"], "true")

    def test_suspended_but_still_online_is_seen_by_the_address(self):
        self._edit_pool()
        self.control.switch_on(router=0, names=[self.name])
        self._do(self.service._suspend, "manual")
        self._edit(profile=self._get_plan_profile())
        self._talk("remove", "/ppp/active", **{".id": self._online()[self.name][".id"]})
        self._edit(profile="isp-isolated")
        self.assertTrue(self._online()[self.name]["address"].startswith("10.20."))
        (drift,) = self._compare()
        self.assertEqual((drift.kind, drift.label), ("online", self.name))
        self._apply(drift)
        self.assertTrue(self._online()[self.name]["address"].startswith("10.99."))

    def test_paid_but_still_blocked_is_seen_by_the_address(self):
        self._edit_pool()
        self._do(self.service._suspend, "manual")
        self.control.switch_on(router=0, names=[self.name])
        self._edit(profile=self._get_plan_profile())
        self.service.router_link_ids.state = "applied"
        suspension = self.service.suspension_ids
        suspension.date_end = suspension.date_start
        self.env.cr.execute(
            "UPDATE isp_service SET access = 'open' WHERE id = %s", [self.service.id]
        )
        self.service.invalidate_recordset()
        self.sim.api_repair = True
        self._do(self.sim._enqueue_comparison)
        self.assertTrue(self._online()[self.name]["address"].startswith("10.20."))

    def _edit_pool(self):
        pools = {"home": "10.20.0.2-10.20.3.254", "isolated": "10.99.0.2-10.99.0.254"}
        for name, ranges in pools.items():
            if name not in self._rows("/ip/pool"):
                self._talk("add", "/ip/pool", name=name, ranges=ranges)

    def _get_plan_profile(self):
        return f"isp-plan-{self.plan.id}"

    def test_an_empty_router_in_its_place_is_filled_at_night(self):
        self.control.reset(router=0, path="/ppp/secret")
        self.sim.api_repair = True
        self._do(self.env["isp.router"]._cron_compare)
        self.assertEqual(set(self._rows()), {self.name})
        drift = self.sim.drift_ids
        self.assertEqual((drift.kind, drift.right), ("missing", "odoo"))

    def test_without_repair_the_night_only_shows(self):
        self.control.reset(router=0, path="/ppp/secret")
        self._do(self.env["isp.router"]._cron_compare)
        self.assertFalse(self._rows())
        self.assertEqual(self.sim.drift_count, 1)

    def test_without_sensitive_right_passwords_are_not_compared(self):
        policy = "read,write,api,test"
        self._talk("add", "/user/group", name="blind", policy=policy)
        self._talk("add", "/user", name="odoo", password="odoo", group="blind")
        self.sim.write({"api_user": "odoo", "api_password": "odoo"})
        self._edit(password="by-hand-123")
        self.assertFalse(self._compare())
        self._do(self.service._change_credentials, self.name, "Changed-Here-1")
        self.assertEqual(self._rows()[self.name]["password"], "Changed-Here-1")

    def test_only_network_engineers_compare_and_apply(self):
        self._edit(disabled="yes")
        (drift,) = self._compare()
        for user in (self.admin, self.technician, self.sales, self.portal):
            for method in ("action_apply", "action_take"):
                with self.assertRaises(AccessError, msg=(user.name, method)):
                    getattr(self.as_user(drift, user), method)()
            for method in ("action_compare", "action_test_api"):
                with self.assertRaises(AccessError, msg=(user.name, method)):
                    getattr(self.as_user(self.sim, user), method)()
            with self.assertRaises(AccessError):
                self.as_user(drift, user).write({"label": "x"})
