from odoo.tests import tagged

from ..script.routeros import Setup, render
from .router_common import RouterCommon
from .test_router_script import SETUP

MENUS = (
    "/radius",
    "/ppp/profile",
    "/ppp/secret",
    "/interface/pppoe-server/server",
    "/ip/pool",
    "/ip/firewall/address-list",
    "/ip/firewall/filter",
    "/ip/firewall/nat",
)
IPV6 = "/ipv6/firewall/filter"
# What a rule that is made again has anew.
ANEW = {".id", "creation-time"}
OWN = """
/ip firewall filter add chain=forward action=fasttrack-connection comment=fast
/ip firewall filter add chain=forward action=drop comment="office rule"
/ip firewall nat add chain=srcnat action=masquerade comment="office nat"
/ip firewall address-list add list=office address=10.1.1.1
/radius add service=hotspot address=10.9.9.9 secret=other
"""


class ScriptCommon(RouterCommon):
    """The script as a router takes it: pasted into the simulator's terminal."""

    def setUp(self):
        super().setUp()
        for path in (*MENUS[2:], "/radius"):
            self.control.reset(router=0, path=path)

    def _paste(self, **values):
        setup = {**SETUP.__dict__, "interface": "ether2", **values}
        self.control.script(router=0, text=render(Setup(**setup)))

    def _get_all(self, menus=MENUS):
        """Return {menu: its rows, in their order, without what is anew each time}."""
        return {
            path: [
                {name: v for name, v in row.items() if name not in ANEW}
                for row in self.control.rows(router=0, path=path)
            ]
            for path in menus
        }


@tagged("post_install", "-at_install")
class TestRouterScriptLive(ScriptCommon):
    def test_pasted_twice_it_changes_nothing(self):
        self.control.script(router=0, text=OWN)
        self.control.write(
            router=0,
            path="/ppp/secret",
            rows=[{"name": "siti", "remote-address": "10.20.0.9"}],
        )
        self.control.switch_on(router=0, names=["siti"])
        self._paste()
        before, online = self._get_all((*MENUS, IPV6)), self._online()
        server = self._rows("/interface/pppoe-server/server")
        self._paste()
        self.assertEqual(self._get_all((*MENUS, IPV6)), before)
        self.assertEqual(self._online(), online, "nobody is thrown out")
        self.assertEqual(self._rows("/interface/pppoe-server/server"), server)

    def test_what_was_changed_in_odoo_is_changed_by_the_next(self):
        self.control.script(router=0, text=OWN)
        self._paste()
        self._paste(
            pools={"home": "10.20.0.2-10.20.0.9"},
            allowed=("pay.example.com",),
            coa_port=1700,
        )
        pools = {row["name"]: row for row in self._get_all()["/ip/pool"]}
        self.assertEqual(pools["home"]["ranges"], "10.20.0.2-10.20.0.9")
        lists = self._get_all()["/ip/firewall/address-list"]
        hosts = {row["address"] for row in lists}
        self.assertIn("pay.example.com", hosts)
        self.assertNotIn("portal.example.com", hosts)
        self.assertIn("10.1.1.1", hosts, "the office's own stays")
        self.assertIn(
            "10.9.9.9", {row["address"] for row in self._get_all()["/radius"]}
        )

    def test_who_is_isolated_meets_our_rules_first(self):
        self.control.script(router=0, text=OWN)
        self._paste()
        rules = self._get_all()["/ip/firewall/filter"]
        forward = [row for row in rules if row["chain"] == "forward"]
        self.assertEqual(forward[0]["dynamic"], "true", "the router's own")
        self.assertEqual(
            (forward[1]["action"], forward[1]["jump-target"]), ("jump", "isolated")
        )
        chain = [row["action"] for row in rules if row["chain"] == "isolated"]
        self.assertEqual(chain, ["accept", "accept", "accept", "reject"])
        nat = self._get_all()["/ip/firewall/nat"]
        self.assertEqual([row["action"] for row in nat], ["dst-nat", "masquerade"])
        (ipv6,) = self._get_all([IPV6])[IPV6]
        self.assertEqual((ipv6["chain"], ipv6["action"]), ("forward", "reject"))

    def test_the_server_takes_subscribers_as_their_plan_says(self):
        self._paste()
        (server,) = self._get_all()["/interface/pppoe-server/server"]
        self.assertEqual(server["disabled"], "false")
        self.assertEqual(server["one-session-per-host"], "true")
        profiles = {row["name"]: row for row in self._get_all()["/ppp/profile"]}
        profile = profiles[server["default-profile"]]
        self.assertEqual(profile["only-one"], "no", "FreeRADIUS counts")

    def test_one_that_keeps_its_subscribers_gets_the_isolation_alone(self):
        self._paste(asks_radius=False)
        self.assertFalse(self._get_all()["/radius"])
        self.assertFalse(self._get_all()["/interface/pppoe-server/server"])
        self.assertTrue(self._get_all()["/ip/firewall/filter"])


@tagged("post_install", "-at_install")
class TestRouterScriptVersion6(ScriptCommon):
    """RouterOS 6 without the package for IPv6."""

    options = ("--version=6.49.10 (long-term)",)

    def test_it_is_taken_by_6_as_well(self):
        self.control.script(router=0, text=OWN)
        self._paste(version=6)
        before = self._get_all()
        self._paste(version=6)
        self.assertEqual(self._get_all(), before)
        self.assertTrue(before["/ip/firewall/nat"])

    def test_that_of_7_is_not(self):
        with self.assertRaisesRegex(ValueError, "require-message-auth|ipv6|parameter"):
            self._paste(version=7)
