from odoo.tests import BaseCase, tagged

from odoo.addons.isp_network.radius.attributes import Burst, Line, Policy

from ..routeros import desired
from ..routeros.normalise import normalise
from ..routeros.reconcile import Difference, Wanted, compare, get_commands

POLICY = Policy()
LINE = Line("budi", "Secret-12", "open", 10, 20, pool="home", isolated_pool="isolated")


def service(line=None, **vals):
    from dataclasses import replace

    return desired.Service(
        **{
            "number": "S1",
            "name": "Budi",
            "line": replace(LINE, **(line or {})),
            "plan_id": 7,
            "plan_name": "Home 20",
            **vals,
        }
    )


def router(**vals):
    return desired.Router(**{"isolated_list": "isolated", "policy": POLICY, **vals})


@tagged("post_install", "-at_install")
class TestRouterDesired(BaseCase):
    """What of a service is on a router, as a table."""

    def test_table(self):
        fixed = {"static_address": "203.0.113.5"}
        table = [
            # line, service, router: menus, profile, remote-address, profile's fields
            ({"access": "none"}, {}, {}, [], None, None, None),
            ({"password": ""}, {}, {}, [], None, None, None),
            ({}, {}, {}, ["secret"], "isp-plan-7", "", ("10M/20M", "home", "")),
            (
                {"access": "test"},
                {},
                {},
                ["secret"],
                "isp-plan-7",
                "",
                ("10M/20M", "home", ""),
            ),
            (
                {"access": "isolated"},
                {},
                {},
                ["secret"],
                "isp-isolated",
                "",
                ("500k/500k", "isolated", "isolated"),
            ),
            (
                {"access": "isolated", "isolated_pool": ""},
                {},
                {"pool": "home"},
                ["secret"],
                "isp-isolated",
                "",
                ("500k/500k", "home", "isolated"),
            ),
            (
                {"access": "isolated", **fixed},
                {},
                {"queues": True},
                ["secret", "address-list"],
                "isp-isolated",
                "",
                ("500k/500k", "isolated", "isolated"),
            ),
            (
                {"access": "isolated", "isolated_pool": "", **fixed},
                {},
                {},
                ["secret", "address-list"],
                "isp-isolated",
                "203.0.113.5",
                ("500k/500k", "", "isolated"),
            ),
            (
                fixed,
                {},
                {"queues": True},
                ["secret", "simple"],
                "isp-plan-7-queued",
                "203.0.113.5",
                ("", "home", ""),
            ),
            (
                {"burst": Burst(20, 40, 0, 15, 16)},
                {},
                {},
                ["secret"],
                "isp-plan-7",
                "",
                ("10M/20M 20M/40M 10M/15M 16/16", "home", ""),
            ),
            (
                {"upload": 3, "download": 7.5},
                {"own_speed": True},
                {},
                ["secret"],
                "isp-plan-7-3M-7500k",
                "",
                ("3M/7500k", "home", ""),
            ),
            ({}, {"profile": "old-20M"}, {}, ["secret"], "old-20M", "", None),
        ]
        for number, (line, vals, at, menus, name, address, fields) in enumerate(table):
            with self.subTest(number):
                wanted, there = service(line, **vals), router(**at)
                items = desired.get_items(wanted, there)
                self.assertEqual([i.menu.rpartition("/")[2] for i in items], menus)
                if not items:
                    continue
                self.assertEqual(items[0].values["profile"], name)
                self.assertEqual(items[0].values["remote-address"], address)
                profile = desired.get_profile(wanted, there)
                if fields is None:
                    self.assertIsNone(profile)
                    continue
                names = ("rate-limit", "remote-address", "address-list")
                self.assertEqual(tuple(profile.values[n] for n in names), fields)

    def test_a_profile_lets_in_as_often_as_the_plan_says(self):
        """As RADIUS does; a change of it closes no session."""
        for sessions, fixed, only_one in (
            (1, "", "yes"),
            (2, "", "no"),
            (2, "203.0.113.5", "yes"),
        ):
            line = {"sessions": sessions, "static_address": fixed}
            profile = desired.get_profile(service(line), router())
            self.assertEqual(profile.values["only-one"], only_one)
        isolated = service({"access": "isolated", "sessions": 2})
        self.assertNotIn("only-one", desired.get_profile(isolated, router()).values)
        one, two = (
            [desired.get_profile(service({"sessions": n}), router())] for n in (1, 2)
        )
        self.assertNotEqual(desired.get_hash(one), desired.get_hash(two))
        self.assertEqual(desired.get_session_hash(one), desired.get_session_hash(two))

    def test_the_comment_carries_the_number(self):
        for number, name in (
            ("S00012", "Siti"),
            ("S1", ""),
            ("S2", "é \U0001f600" * 90),
        ):
            comment = desired.get_comment(number, name)
            self.assertLessEqual(len(comment), 250)
            self.assertEqual(desired.parse_comment(comment), number)
        for other in ("", "isp", "isp: x", "Siti isp:S1", None):
            self.assertIsNone(desired.parse_comment(other))

    def test_the_hash_is_of_what_is_wanted_in_any_order(self):
        items = desired.get_items(service({"access": "isolated"}), router())
        self.assertEqual(desired.get_hash(items), desired.get_hash(items[::-1]))
        other = desired.get_items(service({"password": "Other-123"}), router())
        own = desired.get_items(service(), router())
        self.assertNotEqual(desired.get_hash(own), desired.get_hash(other))
        self.assertEqual(desired.get_session_hash(own), desired.get_session_hash(other))

    def test_normalised(self):
        table = [
            ("max-limit", "25M/25M", "25000000/25000000"),
            ("max-limit", "10M", "10000000/10000000"),
            ("rate-limit", "10000k/20M 16/16", "10M/20M 16/16"),
            ("rate-limit", "1M/1M 2M/2M 1M/1M 00:00:10/10", None),
            ("target", "10.0.0.5", "10.0.0.5/32"),
            ("routes", "10.2.0.0/24 10.0.0.1 1,10.1.0.0/24", "10.1.0.0/24,10.2.0.0/24"),
            ("address", "10.0.0.5/32", "10.0.0.5"),
            ("disabled", "no", "false"),
            ("caller-id", "aa:bb", "AA:BB"),
            ("burst-time", "1m/60", "60/1m"),
            ("comment", "", None),
        ]
        for name, one, other in table:
            with self.subTest(name, value=one):
                if other is None:
                    normalise(name, one)
                else:
                    self.assertEqual(normalise(name, one), normalise(name, other))

    def test_the_only_commands_are_about_what_is_ours(self):
        items = desired.get_items(service(), router())
        foreign = {".id": "*9", "name": "guest", "comment": "isp"}
        actual = {desired.SECRET: [foreign], desired.PROFILE: []}
        found = compare(Wanted({1: items}, {"S1": 1}), actual, with_foreign=True)
        self.assertEqual([d.kind for d in found], ["missing", "foreign"])

    def test_what_is_empty_is_unset(self):
        item = desired.get_items(service(), router())[0]
        fields = {"remote-address": ("10.0.0.5", ""), "comment": ("x", "y")}
        difference = Difference("different", item.menu, "budi", 1, "*1", item, fields)
        unset, written = get_commands(difference)
        self.assertEqual(unset.values, {".id": "*1", "value-name": "remote-address"})
        self.assertEqual(set(written.values), {".id", "comment"})

    def test_nothing_is_ever_removed_without_an_id(self):
        leftover = Difference("leftover", desired.SECRET, "budi", 1, "")
        self.assertEqual(get_commands(leftover), [])
