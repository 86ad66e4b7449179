from odoo.tests import tagged

from odoo.addons.isp_network.tests.session_common import SessionCommon

from ..routeros import desired


@tagged("post_install", "-at_install", "isp_alone")
class TestNetworkPage(SessionCommon):
    def test_network_page_counts_what_routers_tell(self):
        """A router with an API says who is online, whether or not there is accounting;
        one that is down, or was not looked at, is not counted as empty."""
        self.router.write({"use_api": True, "online_count": 5})
        told, down, fresh = (
            self._create_router(
                name, "10.0.0.8", use_radius=False, use_api=True, **values
            )
            for name, values in (
                ("PLM-2", {"state": "up", "online_count": 7}),
                ("PLM-3", {"state": "down", "online_count": 9}),
                ("PLM-4", {}),
            )
        )
        self.env["isp.router.drift"].create(
            [
                {
                    "router_id": told.id,
                    "kind": kind,
                    "menu": desired.SECRET,
                    "label": label,
                    "state": state,
                }
                for label, kind, state in (
                    ("a", "missing", "1_open"),
                    ("b", "missing", "2_closed"),
                    ("not-ours", "foreign", "1_open"),
                )
            ]
        )
        network = self.env["isp.network"].with_user(self.engineer)
        overview = network.get_overview()
        self.assertEqual(overview["totals"]["online"], 12)
        self.assertEqual(overview["totals"]["differing"], 1)
        rows = {row["id"]: row for row in overview["routers"]}
        self.assertEqual(
            [rows[r.id]["online"] for r in (self.router, told, down, fresh)],
            [5, 7, None, None],
        )
        self.assertEqual(rows[told.id]["differing"], 1)
        self.assertEqual(rows[self.router.id]["uses"], "RADIUS, RouterOS API")
        (pop,) = [pop for pop in overview["pops"] if pop["id"] == self.pop.id]
        self.assertEqual(pop["online"], 12)
        told.pop_id = self.pop.copy({"name": "Slipi", "code": "SLP"})
        names = {pop["id"]: pop for pop in network.get_overview()["pops"]}
        slipi = names[told.pop_id.id]
        self.assertEqual((slipi["active"], slipi["online"]), (0, 7))
        self._create_active_service(pop_id=told.pop_id.id)
        told.state = "down"
        names = {pop["id"]: pop for pop in network.get_overview()["pops"]}
        self.assertIsNone(names[told.pop_id.id]["online"])
