from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .router_common import RouterCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRouterSync(RouterCommon):
    """What a service is reaches the routers that keep it (part C)."""

    routers = 2

    def _create_kept(self, **vals):
        return self._do(self._create_active_service, **vals)

    def test_an_active_service_has_its_secret_and_profile(self):
        service = self._create_kept()
        secret = self._rows()[service.username]
        profile = self._rows("/ppp/profile")[secret["profile"]]
        self.assertEqual(secret["password"], service._isp_get_secret("password"))
        self.assertEqual(
            secret["comment"], f"isp:{service.name} {service.contact_name}"
        )
        self.assertEqual(secret["disabled"], "false")
        self.assertEqual(secret["service"], "pppoe", "and no VPN")
        self.assertEqual(profile["rate-limit"], "10M/20M", "upload first")
        self.assertEqual(profile["remote-address"], "home")
        self.assertEqual(service.router_link_ids.state, "applied")
        self.assertEqual(self.sim.state, "up")

    def test_a_contact_that_is_renamed_is_renamed_on_the_router(self):
        """H2: a stored compute changes the line as well as a form does."""
        service = self._create_kept()
        with trap_jobs() as trap:
            service.partner_id.name = "Siti Rahmawati"
            self._flush_tracking()
            (job,) = trap.enqueued_jobs
            self.assertEqual(job.recordset, self.sim)
            trap.perform_enqueued_jobs()
        comment = self._rows()[service.username]["comment"]
        self.assertEqual(comment, f"isp:{service.name} Siti Rahmawati")

    def test_a_profile_is_made_by_rpc(self):
        """H10"""
        profiles = self.as_user(self.env["isp.router.profile"], self.engineer)
        vals = {"router_id": self.sim.id, "plan_id": self.plan.id, "name": "home"}
        call_kw(profiles, "create", [[vals]], {})
        self.assertEqual(self.sim.api_profile_ids.name, "home")

    def test_isolated_and_restored_the_live_session_follows(self):
        service = self._create_kept()
        self.control.switch_on(router=0, names=[service.username])
        before = self._online()[service.username]
        self._do(service._suspend, "manual")
        isolated = self._online()[service.username]
        self.assertEqual(self._rows()[service.username]["profile"], "isp-isolated")
        self.assertNotEqual(isolated[".id"], before[".id"], "it was made anew")
        self.assertIn(
            isolated["address"], self._rows("/ip/firewall/address-list"), "and listed"
        )
        self._do(service._restore, "manual")
        restored = self._online()[service.username]
        self.assertNotEqual(restored[".id"], isolated[".id"])
        self.assertFalse(self._rows("/ip/firewall/address-list"))

    def test_a_fixed_address_does_not_escape_isolation(self):
        service = self._create_kept(static_address="203.0.113.5")
        self.assertEqual(
            self._rows()[service.username]["remote-address"], "203.0.113.5"
        )
        self._do(service._suspend, "manual")
        self.assertNotIn("remote-address", self._rows()[service.username])
        entry = self._rows("/ip/firewall/address-list")["203.0.113.5"]
        self.assertEqual(entry["list"], "isolated")
        self._do(service._restore, "manual")
        self.assertFalse(self._rows("/ip/firewall/address-list"))
        self.assertEqual(
            self._rows()[service.username]["remote-address"], "203.0.113.5"
        )

    def test_another_plan_another_profile_and_session(self):
        service = self._create_kept()
        self.control.switch_on(router=0, names=[service.username])
        before = self._online()[service.username]
        self._do(service._change_plan, self.other_plan)
        profile = self._rows()[service.username]["profile"]
        self.assertEqual(self._rows("/ppp/profile")[profile]["rate-limit"], "25M/50M")
        self.assertNotEqual(self._online()[service.username][".id"], before[".id"])

    def test_a_faster_plan_reaches_all_who_have_it(self):
        service = self._create_kept()
        self._do(self.plan.write, {"isp_download_mbps": 30})
        profile = self._rows()[service.username]["profile"]
        self.assertEqual(self._rows("/ppp/profile")[profile]["rate-limit"], "10M/30M")

    def test_a_speed_of_its_own_has_a_profile_of_its_own(self):
        service = self._create_kept()
        speed = {"speed_override": True, "download_mbps": 7, "upload_mbps": 3}
        self._do(service.write, speed)
        profile = self._rows()[service.username]["profile"]
        self.assertEqual(self._rows("/ppp/profile")[profile]["rate-limit"], "3M/7M")

    def test_who_has_used_up_his_quota_is_slower(self):
        quota = {"isp_quota_gb": 1, "isp_quota_action": "slower"}
        speeds = {"isp_quota_download_mbps": 2, "isp_quota_upload_mbps": 1}
        self.plan.write({**quota, **speeds})
        service, other = self._create_kept(), self._create_kept()
        self._do(service.write, {"is_slowed": True})
        profiles, rows = self._rows("/ppp/profile"), self._rows()
        rates = [
            profiles[rows[name]["profile"]]["rate-limit"]
            for name in (service.username, other.username)
        ]
        self.assertEqual(rates, ["1M/2M", "10M/20M"])

    def test_queues_for_fixed_addresses(self):
        self.sim.api_queues = True
        service = self._create_kept(static_address="203.0.113.6")
        queue = self._rows("/queue/simple")[service.username]
        self.assertEqual(queue["target"], "203.0.113.6/32")
        self.assertEqual(queue["max-limit"], "10000000/20000000", "upload first")
        profile = self._rows()[service.username]["profile"]
        self.assertNotIn("rate-limit", self._rows("/ppp/profile")[profile])
        self._do(service._terminate, "moved away")
        self.assertFalse(self._rows("/queue/simple"))

    def test_a_new_password_keeps_the_session(self):
        service = self._create_kept()
        self.control.switch_on(router=0, names=[service.username])
        before = self._online()[service.username]
        self._do(service._change_credentials, service.username, "Another-Pass-1")
        self.assertEqual(self._rows()[service.username]["password"], "Another-Pass-1")
        self.assertEqual(self._online()[service.username][".id"], before[".id"])

    def test_a_new_user_name_leaves_nothing_of_the_old_one(self):
        service = self._create_kept()
        old = service.username
        self._do(service._change_credentials, "brand-new")
        self.assertEqual(set(self._rows()), {"brand-new"})
        self.assertNotIn(old, self._rows())

    def test_terminated_it_is_gone_and_offline(self):
        service = self._create_kept()
        self.control.switch_on(router=0, names=[service.username])
        self._do(service._terminate, "moved away")
        self.assertFalse(self._rows())
        self.assertFalse(self._online())
        self.assertFalse(service.router_link_ids)

    def test_at_another_pop_it_is_on_that_router_alone(self):
        service = self._create_kept()
        self._do(service.write, {"pop_id": self.sims[1].pop_id.id})
        self.assertFalse(self._rows())
        self.assertIn(service.username, self._rows(number=1))
        self.assertEqual(service.router_link_ids.router_id, self.sims[1])

    def test_from_a_router_that_is_down_it_is_removed_when_it_is_back(self):
        service = self._create_kept()
        self.control.power(router=0, on=False)
        self._do(service.write, {"pop_id": self.sims[1].pop_id.id})
        self.assertIn(service.username, self._rows(number=1), "the new one has it")
        self.assertEqual(self.sim.state, "down")
        self.control.power(router=0, on=True)
        self._do(self.env["isp.router"]._cron_read_health)
        self.assertEqual(self.sim.state, "up")
        self.assertFalse(self._rows())
        self.assertEqual(service.router_link_ids.router_id, self.sims[1])

    def test_a_router_that_is_new_at_a_pop_gets_its_services(self):
        service = self._create_kept(pop_id=self.sims[1].pop_id.id)
        self.assertNotIn(service.username, self._rows())
        self._do(self.sim.write, {"pop_id": self.sims[1].pop_id.id})
        self.assertIn(service.username, self._rows())
        self.assertIn(service.username, self._rows(number=1), "on both")
        self._do(service.write, {"api_router_id": self.sim.id})
        self.assertNotIn(service.username, self._rows(number=1), "on this one alone")
        self.assertIn(service.username, self._rows())

    def test_what_is_true_already_is_not_done_again(self):
        service = self._create_kept()
        self.control.fault(router=0, kind="fatal", text="not again")
        self._do(self.sim._enqueue_services, service)
        self.assertEqual(self.sim.state, "up", "nobody asked it")

    def test_foreign_rows_are_left_alone(self):
        secret = {"name": "vpn-office", "comment": "do not touch"}
        self.control.write(router=0, path="/ppp/secret", rows=[secret])
        made = {"list": "isolated", "address": "10.99.0.0/24"}
        made["comment"] = "isp-setup: pool"
        self.control.write(router=0, path="/ip/firewall/address-list", rows=[made])
        self._create_kept()
        self._do(self.sim._enqueue_comparison)
        self.assertTrue(self._rows("/ip/firewall/address-list"), "by the script")
        self.assertEqual(self._rows()["vpn-office"]["comment"], "do not touch")
        foreign = self.sim.drift_ids.filtered(lambda d: d.kind == "foreign")
        self.assertEqual(foreign.mapped("label"), ["vpn-office"])

    def test_a_secret_of_the_same_name_made_by_hand_is_taken_over(self):
        service = self._create_service()
        secret = {"name": service.username, "password": "by-hand", "disabled": "yes"}
        self.control.write(router=0, path="/ppp/secret", rows=[secret])
        self._do(self._activate, service)
        row = self._rows()[service.username]
        self.assertEqual(
            (row["disabled"], row["password"]),
            ("false", service._isp_get_secret("password")),
        )

    def test_a_name_like_a_number_or_a_boolean(self):
        for name in ("123", "yes", "true", "0x1a"):
            service = self._create_service(
                contact_name=f"Siti é \U0001f600 {'x' * 250}"
            )
            service.username = name
            self._do(self._activate, service)
            self.assertEqual(
                self._rows()[name]["password"], service._isp_get_secret("password")
            )
        with self.subTest("and all of it is true afterwards"):
            self._do(self.sim._enqueue_comparison)
            self.assertFalse(self.sim.drift_count)

    def test_many_services_in_one_job(self):
        services = self.env["isp.service"]
        for number in range(30):
            services |= self._create_service(username=f"many{number:02d}")
        self._do(self._activate, services)
        self.assertEqual(len(self._rows()), 30)
        self._do(services._suspend, "abuse")
        profiles = {row["profile"] for row in self._rows().values()}
        self.assertEqual(profiles, {"isp-isolated"})
