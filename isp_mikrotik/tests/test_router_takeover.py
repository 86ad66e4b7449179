from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..routeros.takeover import Speeds, parse_contact, parse_speeds
from .router_common import RouterCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRouterTakeover(RouterCommon):
    """The subscribers of a router that ran before become services."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A plan is known by its speed: those of the demo have some speeds too.
        plans = cls.env["product.template"].search([("is_internet_plan", "=", True)])
        (plans - cls.plan - cls.other_plan).active = False

    def setUp(self):
        super().setUp()
        self.control.write(
            router=0,
            path="/ppp/profile",
            rows=[
                {"name": "home-20M", "rate-limit": "10M/20M"},
                {"name": "gold", "rate-limit": "30M/60M 40M/80M 30M/60M 16/16"},
            ],
        )

    def _write(self, *rows):
        rows = [{"password": "pw12", "profile": "home-20M", **row} for row in rows]
        self.control.write(router=0, path="/ppp/secret", rows=rows)

    def _read(self):
        """Press “Take over its subscribers” as the network engineer."""
        action = self.as_user(self.sim, self.engineer).action_take_over()
        takeover = self.env["isp.router.takeover"].browse(action["res_id"])
        return self.as_user(takeover, self.engineer)

    def _get_line(self, takeover, name):
        return takeover.line_ids.filtered(lambda line: line.username == name)

    def test_comments(self):
        table = [
            ("Budi Santoso 0812-3456-7890", "Budi Santoso", "0812-3456-7890"),
            ("Ibu Siti (+62 812 3456 7890) RT 3", "Ibu Siti ( ) RT 3", None),
            ("081234567890 / Warung Ijo", "Warung Ijo", "081234567890"),
            ("Pak é \U0001f600 - 6281234567890", "Pak é \U0001f600", "6281234567890"),
            ("Rumah no 12 blok 08", "Rumah no 12 blok 08", ""),
            ("", "", ""),
        ]
        for comment, name, phone in table:
            with self.subTest(comment):
                found = parse_contact(comment)
                if phone is not None:
                    self.assertEqual(found, (name, phone))

    def test_rates(self):
        self.assertEqual(parse_speeds("10M/20M"), Speeds(10, 20))
        self.assertEqual(
            parse_speeds("5M/10M 8M/16M 4M/8M 12/12 8"), Speeds(5, 10, 8, 16, 4, 8, 12)
        )
        self.assertEqual(parse_speeds("512k"), Speeds(0.512, 0.512))
        for text in ("", "0/0", "fast", "1M/x", "1/2/3"):
            self.assertIsNone(parse_speeds(text), text)

    def test_secrets_become_active_services_and_stay_as_they_are(self):
        self._write(
            {"name": "budi", "comment": "Budi Santoso 0812-3456-7001"},
            {"name": "siti", "comment": "Siti 0812-3456-7002", "disabled": "yes"},
        )
        self.control.switch_on(router=0, names=["budi"])
        session = self._online()["budi"]
        takeover = self._read()
        self.assertEqual((takeover.total_count, takeover.ok_count), (2, 2))
        self.assertEqual(takeover.profile_ids.plan_id, self.plan, "by its speeds")
        self.assertFalse(self._rows()["budi"]["comment"].startswith("isp:"))
        self._do(takeover.action_import)
        self.assertEqual((takeover.state, takeover.done_count), ("done", 2))
        budi = self._get_line(takeover, "budi").service_id.sudo()
        self.assertEqual((budi.state, budi.access), ("active", "open"))
        self.assertEqual(
            (budi.contact_name, budi._isp_get_secret("password")),
            ("Budi Santoso", "pw12"),
        )
        self.assertEqual(budi.plan_id, self.plan)
        self.assertFalse(takeover.line_ids.sudo().filtered("password"), "forgotten")
        siti = self._get_line(takeover, "siti").service_id
        self.assertEqual(siti.access, "isolated")
        rows = self._rows()
        self.assertEqual(rows["budi"]["comment"], f"isp:{budi.name} Budi Santoso")
        self.assertEqual(rows["budi"]["profile"], "home-20M", "its profile stays")
        self.assertEqual(rows["siti"]["profile"], "isp-isolated")
        self.assertEqual(self._online()["budi"], session, "and so does the session")

    def test_run_again_it_adds_nothing_twice(self):
        self._write({"name": "budi", "comment": "Budi 0812-3456-7003"})
        self._do(self._read().action_import)
        before = self.env["isp.service"].search_count([])
        self._write({"name": "new", "comment": "New 0812-3456-7004"})
        takeover = self._read()
        self.assertEqual(self._get_line(takeover, "budi").state, "skipped")
        self._do(takeover.action_import)
        self.assertEqual(self.env["isp.service"].search_count([]), before + 1)
        with self.assertRaises(UserError):
            self._do(self._read().action_import)

    def test_what_must_be_corrected_says_all_of_it_and_is_judged_at_once(self):
        """N20 among them: a secret without a password."""
        self._write(
            {"name": "budi", "comment": "Budi 0812-3456-7005", "password": ""},
            {"name": "nobody", "comment": "Pak RT", "profile": "default"},
        )
        takeover = self._read()
        self.assertEqual(takeover.error_count, 2)
        budi = self._get_line(takeover, "budi")
        self.assertIn("has no password", budi.message)
        self.assertNotIn("sensitive", budi.message)
        nobody = self._get_line(takeover, "nobody")
        self.assertIn("phone", nobody.message)
        self.assertIn("plan", nobody.message)
        nobody.write({"phone": "0812-3456-7006", "plan_id": self.plan.id})
        self.assertEqual((nobody.state, nobody.contact_name), ("ok", "Pak RT"))
        self._do(takeover.action_import)
        self.assertEqual(nobody.service_id.phone, "+62 812-3456-7006")
        self.assertEqual(budi.state, "error")

    def test_names_and_passwords_stay_as_their_devices_send_them(self):
        """N17: also what RouterOS itself would not suggest."""
        names = (
            "260211162621-BAYU",
            "26=elsa",
            "andi dua",
            "o'neil",
            "R-7.Ani_1",
            "é%$",
        )
        passwords = ("*bin*99*", "ada spasi", "é", "x", '"petik"', "garis\\n")
        rows = [
            {"name": name, "password": password, "comment": f"Contoh 0813-7000-10{n}0"}
            for n, (name, password) in enumerate(zip(names, passwords, strict=True))
        ]
        self._write(*rows)
        takeover = self._read()
        self.assertEqual(takeover.ok_count, 6, takeover.line_ids.mapped("message"))
        self._do(takeover.action_import)
        self.assertEqual(takeover.done_count, 6)
        there = self._rows()
        self.assertEqual(set(there), set(names))
        for name, password in zip(names, passwords, strict=True):
            service = self._get_line(takeover, name).service_id
            self.assertEqual(service.username, name)
            self.assertEqual(service.sudo()._isp_get_secret("password"), password)
            self.assertEqual(there[name]["password"], password)
        bayu = self._get_line(takeover, names[0]).service_id
        self._do(self.as_user(bayu, self.admin)._suspend, "manual")
        there = self._rows()
        self.assertEqual(set(there), set(names), "no second secret")
        self.assertEqual(there[names[0]]["profile"], "isp-isolated")

    def test_capitals_alone_make_no_other_subscriber(self):
        service = self._create_active_service(username="bayu-1")
        self._write({"name": "BAYU-1", "comment": "Bayu 0812-3456-7013"})
        line = self._read().line_ids
        self.assertEqual((line.state, line.service_id), ("skipped", service))

    def test_the_secret_that_a_device_uses_is_the_one_that_is_kept(self):
        """A name that was once written small has two secrets: the device's stays."""
        service = self._create_active_service(username="bayu-2")
        ours = {"name": "bayu-2", "comment": f"isp:{service.name}"}
        self._write(ours, {"name": "BAYU-2"})
        self.control.switch_on(router=0, names=["BAYU-2"])
        with self.sim.sudo()._open_api() as connection:
            self._do(self.sim.sudo()._compare, connection, lambda drift: True)
        self.assertEqual(service.username, "BAYU-2")
        self.assertEqual(list(self._rows()), ["BAYU-2"])
        self._do(self.as_user(service, self.admin)._suspend, "manual")
        self.assertEqual(self._rows()["BAYU-2"]["profile"], "isp-isolated")
        self.assertEqual(list(self._rows()), ["BAYU-2"])

    def test_tunnels_of_the_office_are_left_out_by_themselves(self):
        """N18: they are nobody's line."""
        self._write(
            {"name": "branch", "service": "l2tp", "comment": "Branch 0812-3456-7014"},
            {"name": "vpn", "service": "sstp"},
            {"name": "budi", "service": "pppoe", "comment": "Budi 0812-3456-7015"},
            {"name": "any", "service": "any", "comment": "Any 0812-3456-7016"},
        )
        takeover = self._read()
        left = takeover.line_ids.filtered(lambda line: line.state == "left")
        self.assertEqual(left.mapped("username"), ["branch", "vpn"])
        self._do(takeover.action_import)
        self.assertEqual(takeover.done_count, 2)
        self.assertFalse(left.service_id)
        self.assertFalse(self._rows()["branch"]["comment"].startswith("isp:"))

    def test_the_plans_speed_reaches_a_profile_of_the_router(self):
        """N6: where the router gave what the plan promises, Odoo keeps it so."""
        self._write({"name": "budi", "comment": "Budi 0812-3456-7020"})
        takeover = self._read()
        self._do(takeover.action_import)
        kept = self.sim.api_profile_ids
        self.assertEqual((kept.name, kept.own_rates), ("home-20M", False))
        self._do(self.plan.write, {"isp_download_mbps": 40, "isp_upload_mbps": 20})
        profile = self._rows("/ppp/profile")["home-20M"]
        self.assertEqual(profile["rate-limit"], "20M/40M")
        kept.own_rates = True
        self._do(self.plan.write, {"isp_download_mbps": 50})
        profile = self._rows("/ppp/profile")["home-20M"]
        self.assertEqual(profile["rate-limit"], "20M/40M", "the router's own")

    def test_pools_and_gateway_are_proposed(self):
        """N7, N21: without them our profiles would give no address."""
        self.sim.pool_ids.unlink()
        self.assertTrue(self.sim.api_lacks_addresses)
        self.control.write(
            router=0,
            path="/ip/pool",
            rows=[
                {"name": "pool-home", "ranges": "10.7.0.2-10.7.3.254"},
                {"name": "ISOLIR", "ranges": "10.66.0.2-10.66.0.254"},
            ],
        )
        self.control.write(
            router=0,
            path="/ppp/profile",
            rows=[
                {
                    "name": "home-p",
                    "rate-limit": "10M/20M",
                    "local-address": "10.7.0.1",
                    "remote-address": "pool-home",
                }
            ],
        )
        self._write({"name": "budi", "profile": "home-p", "comment": "B 081234567021"})
        takeover = self._read()
        self.assertEqual(takeover.gateway, "10.7.0.1")
        self._do(takeover.action_import)
        kinds = {pool.name: pool.kind for pool in self.sim.pool_ids}
        self.assertEqual(kinds, {"pool-home": "dynamic", "ISOLIR": "isolated"})
        self.assertEqual(self.sim.api_gateway, "10.7.0.1")
        self.assertFalse(self.sim.api_lacks_addresses)
        budi = self._get_line(takeover, "budi").service_id
        self._do(self.as_user(budi, self.admin)._suspend, "manual")
        profile = self._rows("/ppp/profile")["isp-isolated"]
        self.assertEqual(profile["remote-address"], "ISOLIR")
        self.assertEqual(profile["local-address"], "10.7.0.1")
        self.assertEqual(profile["use-ipv6"], "no", "N14")

    def test_bytes_that_are_not_utf_8_are_told_and_asked_about(self):
        """N19: Winbox writes the code page of Windows; nothing is dropped."""
        self._write(
            {"name": "kafe", "password": "caf\udce9-12", "comment": "A 081234567031"},
            {"name": "jos\udce9", "comment": "Jose 0812-3456-7032"},
        )
        takeover = self._read()
        self.assertEqual(takeover.line_ids.mapped("state"), ["error", "error"])
        kafe, jose = takeover.line_ids
        self.assertIn("password: signs that are not UTF-8", kafe.message)
        self.assertEqual(jose.username, "josé")
        takeover.line_ids.is_read_right = True
        self.assertEqual(takeover.line_ids.mapped("state"), ["ok", "error"])
        self._do(takeover.action_import)
        service = kafe.service_id.sudo()
        self.assertEqual(service._isp_get_secret("password"), "café-12")
        self.assertEqual(self._rows()["kafe"]["password"], "caf\udce9-12", "untouched")

    def test_a_phone_may_come_later(self):
        self._write({"name": "TANPA", "comment": "Tanpa Telepon"})
        takeover = self._read()
        self.assertEqual(takeover.line_ids.state, "ok")
        self.assertIn("phone", takeover.line_ids.message)
        self._do(takeover.action_import)
        service = takeover.line_ids.service_id
        self.assertEqual(service.contact_name, "Tanpa Telepon")
        self.assertFalse(service.phone)

    def test_a_phone_that_two_people_share_is_asked_about(self):
        """N25: whose phone is known is not made that customer under another name."""
        self._write({"name": "tetangga", "comment": "Pak Gito 0812 3456 7000"})
        takeover = self._read()
        line = takeover.line_ids
        self.assertEqual(
            (line.state, line.partner_id), ("error", line.partner_id.browse())
        )
        self.assertIn(self.subscriber.name, line.message)
        self.assertIn("Shares the Phone", line.message)
        line.is_somebody_else = True
        self.assertEqual(line.state, "ok")
        self._do(takeover.action_import)
        partner = line.service_id.partner_id
        self.assertEqual(
            (partner.name, line.service_id.phone), ("Pak Gito", "+62 812-3456-7000")
        )
        self.assertNotEqual(partner, self.subscriber)

    def test_gateway_and_routes_of_secrets(self):
        """N9"""
        self.sim.api_gateway = False
        self._write(
            {
                "name": "kantor",
                "comment": "Kantor 0812-3456-7041",
                "local-address": "10.7.0.1",
                "routes": "203.0.113.8/29",
            }
        )
        takeover = self._read()
        self.assertEqual(takeover.gateway, "10.7.0.1")
        self._do(takeover.action_import)
        self.assertEqual(takeover.line_ids.service_id.routed_networks, "203.0.113.8/29")
        self.assertEqual(self._rows()["kantor"]["routes"], "203.0.113.8/29")

    def test_a_known_phone_is_the_known_subscriber(self):
        name = self.subscriber.name.split()[0]
        self._write(
            {"name": "second-line", "comment": f"{name.upper()} 0812 3456 7000"}
        )
        takeover = self._read()
        self.assertEqual(takeover.line_ids.partner_id, self.subscriber)
        self._do(takeover.action_import)
        self.assertEqual(takeover.line_ids.service_id.partner_id, self.subscriber)

    def test_a_service_of_that_user_name_is_known(self):
        service = self._create_active_service()
        self._write({"name": service.username, "comment": "whoever"})
        line = self._read().line_ids
        self.assertEqual((line.state, line.service_id), ("skipped", service))

    def test_a_user_name_of_another_pop_may_be_of_somebody_else(self):
        pop = self.env["isp.pop"].create({"name": "Far", "code": "FAR"})
        service = self._create_active_service(pop_id=pop.id)
        self._write({"name": service.username, "comment": "Yanto 0812-3456-7012"})
        takeover = self._read()
        line = takeover.line_ids
        self.assertEqual((line.state, line.service_id), ("error", service.browse()))
        self.assertIn("another POP", line.message)
        service.pop_id = self.pop
        takeover.action_check()
        self.assertEqual((line.state, line.service_id), ("skipped", service))

    def test_plans_are_made_of_profiles(self):
        self._write(
            {"name": "rich", "profile": "gold", "comment": "Rich 0812-3456-7007"}
        )
        takeover = self._read()
        self.assertFalse(takeover.profile_ids.plan_id)
        with self.assertRaises(AccessError):
            takeover.action_make_plans()
        self.as_user(takeover, self.manager).action_make_plans()
        plan = takeover.profile_ids.plan_id
        self.assertEqual((plan.isp_upload_mbps, plan.isp_download_mbps), (30, 60))
        self.assertEqual(plan.isp_burst_download_mbps, 80)
        self.assertEqual(takeover.ok_count, 1)

    def test_the_plan_is_known_by_the_queue_where_the_profile_has_no_rate(self):
        self._write(
            {
                "name": "queued",
                "profile": "default",
                "remote-address": "203.0.113.9",
                "comment": "Queued 0812-3456-7008",
            }
        )
        queue = {"name": "q1", "target": "203.0.113.9", "max-limit": "10M/20M"}
        self.control.write(router=0, path="/queue/simple", rows=[queue])
        line = self._read().line_ids
        self.assertEqual(line.plan_id, self.plan)
        self.assertEqual(line.state, "ok")

    def test_many_are_taken_over_by_jobs_and_killed_ones_go_on(self):
        self._write(
            *(
                {"name": f"many{n:03d}", "comment": f"Many {n} 0812-9{n:03d}-7000"}
                for n in range(230)
            )
        )
        takeover = self._read()
        with trap_jobs() as trap:
            takeover.action_import()
            jobs = [job for job in trap.enqueued_jobs if job.method_name == "_work"]
            self.assertEqual(len(jobs), 3)
            jobs[0].perform()
            self.assertEqual(takeover.state, "running")
            jobs[0].perform()  # a worker that was killed after its commit
        self.assertEqual(takeover.done_count, 100)
        with trap_jobs() as trap:
            takeover.action_continue()
            for job in trap.enqueued_jobs:
                job.perform()
        self.assertEqual((takeover.state, takeover.done_count), ("done", 230))

    def test_passwords_are_not_kept_for_ever(self):
        self._write(
            {"name": "budi", "comment": "Budi 0812-3456-7010"},
            {"name": "Wrong", "comment": "Wrong 0812-3456-7011", "profile": "default"},
        )
        unfinished, finished = self._read(), self._read()
        self._do(finished.action_import)
        wrong = self._get_line(finished, "Wrong").sudo()
        self.assertTrue(wrong.password)
        self.env.flush_all()
        self.env.cr.execute("UPDATE isp_router_takeover SET write_date = '2026-01-01'")
        self.env.invalidate_all()
        self.env["isp.router.takeover"]._gc_takeovers()
        self.assertFalse(wrong.password)
        self.assertFalse(unfinished.exists())
        self.assertTrue(finished.exists())

    def test_only_network_engineers_take_over(self):
        self._write({"name": "budi", "comment": "Budi 0812-3456-7009"})
        takeover = self._read()
        for user in (self.sales, self.admin, self.technician, self.portal):
            with self.assertRaises(AccessError, msg=user.name):
                self.as_user(takeover, user).action_import()
            with self.assertRaises(AccessError, msg=user.name):
                self.as_user(takeover.line_ids, user).read(["username"])
            with self.assertRaises(AccessError, msg=user.name):
                self.as_user(self.sim, user).action_take_over()
