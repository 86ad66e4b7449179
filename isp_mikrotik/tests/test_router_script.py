import re

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.isp_network.tests.common import RadiusCommon

from ..script.routeros import Radius, Setup, quote, render

SETUP = Setup(
    version=7,
    address="10.0.0.1",
    secret="S3cret0S3cret0S3",
    interface='bridge "1"',
    coa_port=3799,
    interim_minutes=5,
    radius=(Radius("radius-1", "10.0.0.10", 1812, 1813),),
    pools={"home": "10.20.0.2-10.20.3.254, 10.21.0.2-10.21.0.9"},
    isolated_ranges="10.99.0.2-10.99.0.254",
    odoo_addresses=("10.0.0.20",),
    billing_address="203.0.113.80",
    allowed=("portal.example.com",),
)


@tagged("post_install", "-at_install", "isp_alone")
class TestRouterScript(RadiusCommon):
    def _render(self, **values):
        return render(Setup(**{**SETUP.__dict__, **values}))

    def test_the_router_asks_radius_and_takes_commands_from_odoo(self):
        script = self._render()
        self.assertIn(
            "/radius add service=ppp address=10.0.0.10 "
            'secret="S3cret0S3cret0S3" authentication-port=1812 accounting-port=1813 '
            "src-address=10.0.0.1",
            script,
        )
        self.assertIn("/radius add service=login address=10.0.0.20", script)
        self.assertIn("/radius incoming set accept=yes port=3799", script)
        self.assertIn("interim-update=5m", script)
        same = self._render(odoo_addresses=("10.0.0.10",))
        self.assertNotIn("service=login", same)

    def test_what_people_typed_is_no_command(self):
        plain = self._render().splitlines()
        typed = "a\n/user add name=x\r\u2028/user add;/quit"
        script = self._render(
            radius=(Radius(typed, f"10.0.0.10{typed}", 1812, 1813),),
            interface=typed,
            pools={typed: f"10.20.0.2-10.20.0.9{typed}"},
            isolated_ranges=f"10.99.0.2{typed}",
            odoo_addresses=(f"10.0.0.20{typed}",),
            billing_address=f"203.0.113.80{typed}",
            allowed=(f"portal.example.com{typed}",),
            secret=f"S3cret0{typed}",
            address=f"10.0.0.1{typed}",
        )
        self.assertEqual(len(script.splitlines()), len(plain))
        unquoted = re.sub(r'"(?:[^"\\\\]|\\\\.)*"', "", script)
        self.assertNotIn("user add", unquoted)
        self.assertNotIn(";", unquoted)

    def test_versions_differ_where_they_must(self):
        self.assertIn("require-message-auth=yes-for-request-resp", self._render())
        self.assertNotIn("require-message-auth", self._render(version=6))

    def test_what_it_made_before_is_replaced(self):
        lines = self._render().splitlines()
        for menu in (
            "/radius",
            "/ip firewall address-list",
            "/ip firewall filter",
            "/ip firewall nat",
        ):
            added = [
                n for n, text in enumerate(lines) if text.startswith(f"{menu} add")
            ]
            removed = lines.index(f'{menu} remove [find comment~"^isp-setup:"]')
            self.assertTrue(added and removed < min(added), menu)
            self.assertTrue(
                all('comment="isp-setup: ' in lines[n] for n in added), menu
            )

    def test_pasted_again_it_closes_no_session(self):
        lines = self._render().splitlines()
        server = [text for text in lines if "pppoe-server" in text]
        found = '[/interface pppoe-server server find service-name="isp-internet"]'
        self.assertTrue(server[0].startswith(f":if ([:len {found}] = 0) do={{"))
        self.assertIn(f"set {found} interface=", server[1])
        self.assertFalse([text for text in server if "remove" in text])

    def test_nothing_is_put_before_the_rules_of_routeros_itself(self):
        """The one that counts fasttracked packets is always the first."""
        moves = [text for text in self._render().splitlines() if " move " in text]
        moves = [text for text in moves if "/ipv6" not in text]
        self.assertEqual(len(moves), 2)
        for menu, text in zip(("filter", "nat"), moves, strict=True):
            first = f"[:pick [/ip firewall {menu} find dynamic=no] 0]"
            self.assertTrue(text.endswith(f"destination={first}"), text)

    def test_ipv6_is_given_to_nobody_unless_one_says_so(self):
        """N14: nobody knows whether a list of RADIUS holds a prefix too."""
        self.assertIn("use-ipv6=no", self._render())
        self.assertIn("use-ipv6=yes", self._render(ipv6=True))
        self.assertIn("use-ipv6=no", self._render(version=6))

    def test_isolated_subscribers_reach_nothing_by_ipv6(self):
        """N14"""
        rules = [t for t in self._render().splitlines() if "/ipv6 firewall" in t]
        self.assertEqual(len(rules), 3)
        self.assertIn("src-address-list=isolated action=reject", rules[1])
        rules = [t for t in self._render(version=6).splitlines() if "/ipv6 fire" in t]
        self.assertTrue(all("on-error={}" in rule for rule in rules), rules)

    def test_isolation_refuses_at_once_what_is_not_billing(self):
        script = self._render()
        chain = [
            text
            for text in script.splitlines()
            if text.startswith("/ip firewall filter add chain=isolated")
        ]
        self.assertIn("dst-address-list=isolated-allowed action=accept", chain[0])
        self.assertIn("dst-port=53", chain[1])
        self.assertIn("reject-with=icmp-admin-prohibited", chain[-1])
        for host in ("203.0.113.80", "portal.example.com"):
            self.assertIn(f"add list=isolated-allowed address={host}", script)
        self.assertIn("add list=isolated address=10.99.0.2-10.99.0.254", script)
        self.assertIn("to-addresses=203.0.113.80", script)
        self.assertNotIn("dst-nat", self._render(billing_address=""))

    def test_text_is_quoted(self):
        self.assertEqual(quote('a"b\\c$d?'), '"a\\"b\\\\c\\$d\\?"')
        self.assertIn('interface="bridge \\"1\\""', self._render())
        spans = "ranges=10.20.0.2-10.20.3.254,10.21.0.2-10.21.0.9"
        self.assertIn(spans, self._render())

    def test_the_page_is_made_of_the_router_its_company_and_its_servers(self):
        self.env["isp.radius.server"].search([]).active = False
        router = self.as_user(self.router, self.engineer)
        wizards = self.env["isp.router.script"].with_user(self.engineer)
        context = router.action_script()["context"]
        with Form(wizards.with_context(**context)) as form:
            self.assertIn("no FreeRADIUS server", form.missing)
            self.assertIn("billing page", form.missing)
        self.env["isp.radius.server"].create(
            {"name": "R1", "host": "10.0.0.10", "odoo_address": "10.0.0.20"}
        )
        self.company.write(
            {
                "isp_billing_address": "203.0.113.80",
                "isp_isolated_hosts": "pay.example.com\n198.51.100.0/24",
            }
        )
        with Form(wizards.with_context(**context)) as form:
            self.assertFalse(form.missing)
            self.assertIn(router._isp_get_secret("radius_secret"), form.script)
            for text in (
                "address=10.0.0.10",
                "address=10.0.0.20",
                'name="home"',
                "address=pay.example.com",
                "address=198.51.100.0/24",
                "10.99.0.2-10.99.0.254",
            ):
                self.assertIn(text, form.script)
            self.assertNotIn("203.0.113.2-", form.script)
            form.version = "6"
            self.assertNotIn("require-message-auth", form.script)

    def test_a_router_that_keeps_its_subscribers_gets_the_isolation_alone(self):
        """Nothing else would hold them back on it."""
        self.router.write({"use_api": True, "use_radius": False})
        router = self.as_user(self.router, self.engineer)
        context = router.action_script()["context"]
        wizards = self.env["isp.router.script"].with_user(self.engineer)
        with Form(wizards.with_context(**context)) as form:
            self.assertNotIn("FreeRADIUS", form.missing or "")
            for text in ("chain=isolated", "10.99.0.2-10.99.0.254", 'name="home"'):
                self.assertIn(text, form.script)
            for text in ("radius", "pppoe-server", "/ppp"):
                self.assertNotIn(text, form.script)

    def test_only_engineers_of_the_company_see_it(self):
        self._create_other_company(roles=("engineer",))
        for user in (self.admin, self.sales, self.technician):
            with self.assertRaises(AccessError):
                self.as_user(self.router, user).action_script()
            with self.assertRaises(AccessError):
                self.env["isp.router.script"].with_user(user).create(
                    {"router_id": self.router.id}
                )
        foreign = self.env["isp.router.script"].with_user(self.users_b["engineer"])
        with self.assertRaises(AccessError):
            foreign.create({"router_id": self.router.id}).read(["script"])

    def test_hosts_are_hosts(self):
        for values in (
            {"isp_isolated_hosts": "pay.example.com; /system reset"},
            {"isp_isolated_hosts": "https://pay.example.com"},
            {"isp_billing_address": "billing.example.com"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.company.write(values)
