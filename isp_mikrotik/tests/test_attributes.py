from dataclasses import replace

from odoo.tests import BaseCase, tagged

from odoo.addons.isp_network.radius import attributes
from odoo.addons.isp_network.radius.attributes import (
    Burst,
    Line,
    Policy,
    as_read,
    check_items,
    may_log_in,
)

from ..radius import attributes as mikrotik

BURST = Burst(10, 40, 4, 16, 16)
LINE = {
    "username": "siti",
    "password": "rahasia12",
    "upload": 5,
    "download": 20,
    "pool": "home",
    "isolated_pool": "isolated",
}
HOME = {"Framed-Pool": "home"}
INTERIM = {"Acct-Interim-Interval": "300"}
# access, more of the line, what the session gets
REPLIES = (
    ("open", {}, {"Mikrotik-Rate-Limit": "5M/20M", "Framed-Pool": "home"}),
    (
        "open",
        {"upload": 0.512, "download": 2.5},
        {"Mikrotik-Rate-Limit": "512k/2500k", "Framed-Pool": "home"},
    ),
    (
        "open",
        {"burst": BURST},
        {
            "Mikrotik-Rate-Limit": "5M/20M 10M/40M 4M/16M 16/16",
            "Framed-Pool": "home",
        },
    ),
    (
        "open",
        {"burst": Burst(10, 40, 0, 0, 8)},
        {"Mikrotik-Rate-Limit": "5M/20M 10M/40M 5M/20M 8/8", "Framed-Pool": "home"},
    ),
    (
        "open",
        {"static_address": "203.0.113.5"},
        {"Mikrotik-Rate-Limit": "5M/20M", "Framed-IP-Address": "203.0.113.5"},
    ),
    ("open", {"pool": ""}, {"Mikrotik-Rate-Limit": "5M/20M"}),
    ("open", {"download": 20.999}, {"Mikrotik-Rate-Limit": "5M/20999k", **HOME}),
    ("open", {"download": 1000}, {"Mikrotik-Rate-Limit": "5M/1000M", **HOME}),
    # A speed that is not known limits nothing.
    ("open", {"download": 0}, HOME),
    ("open", {"upload": 0}, HOME),
    (
        "test",
        {},
        {
            "Mikrotik-Rate-Limit": "5M/20M",
            "Framed-Pool": "home",
            "Session-Timeout": "3600",
        },
    ),
    (
        "isolated",
        {"burst": BURST},
        {
            "Mikrotik-Rate-Limit": "500k/500k",
            "Mikrotik-Address-List": "isolated",
            "Framed-Pool": "isolated",
        },
    ),
    (
        "isolated",
        {"static_address": "203.0.113.5"},
        {
            "Mikrotik-Rate-Limit": "500k/500k",
            "Mikrotik-Address-List": "isolated",
            "Framed-Pool": "isolated",
        },
    ),
    (
        "isolated",
        {"static_address": "203.0.113.5", "isolated_pool": ""},
        {
            "Mikrotik-Rate-Limit": "500k/500k",
            "Mikrotik-Address-List": "isolated",
            "Framed-IP-Address": "203.0.113.5",
        },
    ),
    (
        "isolated",
        {"isolated_pool": ""},
        {"Mikrotik-Rate-Limit": "500k/500k", "Mikrotik-Address-List": "isolated"},
    ),
)


def reply_items(line, policy):
    both = (mikrotik.reply_items(line, policy), attributes.reply_items(line, policy))
    return [*both[0], *both[1]]


@tagged("post_install", "-at_install")
class TestAttributes(BaseCase):
    def test_a_network_is_routed_to_who_is_not_isolated(self):
        networks = ("203.0.113.8/29", "10.9.0.0/24")
        line = Line("budi", "x", "open", 10, 20, routes=networks)
        items = attributes.reply_items(line, Policy())
        routes = [(op, value) for name, op, value in items if name == "Framed-Route"]
        self.assertEqual(routes, [("+=", f"{n} 0.0.0.0 1") for n in networks])
        isolated = attributes.reply_items(replace(line, access="isolated"), Policy())
        self.assertNotIn("Framed-Route", str(isolated))

    def test_what_the_session_gets(self):
        for access, more, expected in REPLIES:
            with self.subTest(access=access, more=more):
                line = Line(**{**LINE, "access": access, **more})
                items = reply_items(line, Policy())
                self.assertEqual({op for _name, op, _value in items}, {":="})
                got = {name: value for name, _op, value in items}
                self.assertEqual(got, {**expected, **INTERIM})

    def test_so_many_sessions_at_a_time(self):
        for address, sessions, limit in (
            ("", 1, "1"),
            ("", 3, "3"),
            ("203.0.113.5", 3, "1"),
        ):
            with self.subTest(address=address, sessions=sessions):
                line = Line(
                    **LINE, access="open", static_address=address, sessions=sessions
                )
                self.assertIn(["Simultaneous-Use", ":=", limit], check_items(line))

    def test_a_value_that_freeradius_reads_as_it_stands(self):
        for text in ("rahasia12", "it's", '"', "'ab", "ab'", "a b", "'a\"", "é"):
            with self.subTest(text=text):
                expected = '"\\""' if text == '"' else text
                self.assertEqual(as_read(text), expected)

    def test_a_value_that_freeradius_would_cut(self):
        """FreeRADIUS takes away quotes around the whole, and reads escapes."""
        for text, written in (
            ("'ab'", "\"'ab'\""),
            ("`ab`", '"`ab`"'),
            ('"ab"', r'"\"ab\""'),
            (r"a\nb", r'"a\\nb"'),
            (r"a\"b", r'"a\\\"b"'),
        ):
            with self.subTest(text=text):
                self.assertEqual(as_read(text), written)

    def test_timeouts_of_the_company(self):
        policy = Policy(session_seconds=7200, idle_seconds=600, interim_seconds=60)
        for access, longest in (("open", "7200"), ("test", "3600")):
            line = Line(**LINE, access=access)
            got = {name: value for name, _op, value in reply_items(line, policy)}
            self.assertEqual(got["Session-Timeout"], longest)
            self.assertEqual(got["Idle-Timeout"], "600")
            self.assertEqual(got["Acct-Interim-Interval"], "60")

    def test_speeds_that_are_not_given_are_no_text(self):
        line = Line("siti", "rahasia12", "open")
        self.assertEqual(mikrotik.rate_limit(line, Policy()), "")
        for speed in ("upload", "download"):
            line = Line("siti", "rahasia12", "open", **{speed: 5})
            self.assertEqual(mikrotik.rate_limit(line, Policy()), "")

    def test_the_password_is_checked_in_clear_and_one_session_allowed(self):
        self.assertEqual(
            check_items(Line(**LINE, access="open")),
            [
                ["Cleartext-Password", ":=", "rahasia12"],
                ["Simultaneous-Use", ":=", "1"],
            ],
        )

    def test_who_may_log_in(self):
        for access, allowed in (
            ("none", False),
            ("test", True),
            ("isolated", True),
            ("open", True),
        ):
            self.assertEqual(may_log_in(Line(**LINE, access=access)), allowed)
        for name in ("username", "password"):
            self.assertFalse(may_log_in(Line(**{**LINE, name: "", "access": "open"})))
