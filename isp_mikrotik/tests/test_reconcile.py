"""Reading a router and comparing it with what is wanted."""

from odoo.tests import BaseCase, tagged

from odoo.addons.isp_network.exceptions import RefusedError

from ..const import SETUP_MARK
from ..routeros.desired import ADDRESS_LIST, PROFILE, QUEUE, SECRET, Item
from ..routeros.reconcile import (
    ACTIVE,
    Difference,
    Wanted,
    compare,
    get_commands,
    raise_refusal,
    read,
)
from ..routeros.transport import Reply
from .reconcile_common import BUDI, MENUS, SITI, Router, profile, row, secret


def kinds(found):
    return [(d.kind, d.menu, d.label, d.owner) for d in found]


@tagged("post_install", "-at_install")
class TestRead(BaseCase):
    def test_profiles_are_read_whole_and_the_others_by_name(self):
        router = Router(
            secrets=[
                row(secret()),
                row(secret("siti"), "*2"),
                row(secret("eko"), "*3"),
            ],
            profiles=[{".id": "*p", "name": "home", "rate-limit": "1M/1M", "x": "y"}],
            lists=[
                {".id": "*a", "list": "isolated", "address": "10.0.0.1"},
                {".id": "*b", "list": "other", "address": "10.0.0.1"},
            ],
        )
        menus = (SECRET, PROFILE, ADDRESS_LIST)
        found = read(router, menus, ["budi", "eko"])
        self.assertEqual([r[".id"] for r in found[SECRET]], ["*1", "*3"])
        self.assertEqual(
            found[PROFILE], [{".id": "*p", "name": "home", "rate-limit": "1M/1M"}]
        )
        self.assertEqual([r[".id"] for r in found[ADDRESS_LIST]], ["*a"])
        everything = read(router, menus)
        self.assertEqual([r[".id"] for r in everything[SECRET]], ["*1", "*2", "*3"])
        self.assertEqual([r[".id"] for r in everything[ADDRESS_LIST]], ["*a"])
        self.assertEqual(read(router, [SECRET], []), {SECRET: []})

    def test_a_refusal_is_raised(self):
        router = Router({f"{QUEUE}/print": ["no permission"]})
        with self.assertRaisesRegex(RefusedError, "no permission"):
            read(router, [QUEUE])
        raise_refusal(Reply([], None, None))


@tagged("post_install", "-at_install")
class TestCompare(BaseCase):
    def compare(self, items, with_foreign=False, wanted=None, **rows):
        actual = {MENUS[name]: found for name, found in rows.items()}
        whole = Wanted(items, **(wanted or {}))
        for item in (i for parts in items.values() for i in parts):
            actual.setdefault(item.menu, [])
        return compare(whole, actual, with_foreign)

    def test_what_is_as_wanted_is_no_difference(self):
        item = secret()
        for there in ({}, {"disabled": "false"}, {"password": "***"}, {"password": ""}):
            found = self.compare({BUDI: [item]}, secrets=[row(item, **there)])
            self.assertEqual(found, [], there)

    def test_what_is_missing_or_different(self):
        item = secret()
        (missing,) = self.compare({BUDI: [item]})
        self.assertEqual(
            missing, Difference("missing", SECRET, "budi", BUDI, "", item, {})
        )
        (different,) = self.compare(
            {BUDI: [item]}, secrets=[row(item, profile="x", password="Other")]
        )
        fields = {"profile": ("x", "home"), "password": ("", "")}
        self.assertEqual(
            different, Difference("different", SECRET, "budi", BUDI, "*1", item, fields)
        )

    def test_a_password_that_cannot_be_read_is_written_when_it_may_have_changed(self):
        for hidden in ("", "****"):
            (found,) = self.compare(
                {BUDI: [secret()], SITI: [secret("siti")]},
                wanted={"unsure": {BUDI}},
                secrets=[
                    row(secret(), password=hidden),
                    row(secret("siti"), "*2", password=hidden),
                ],
            )
            self.assertEqual(
                (found.owner, found.fields), (BUDI, {"password": ("", "")})
            )

    def test_of_two_rows_with_one_name_the_first_is_taken(self):
        rows = [row(secret()), row(secret(), "*2", profile="x", comment="isp:S1")]
        (found,) = self.compare(
            {BUDI: [secret()]}, wanted={"numbers": {"S1": BUDI}}, secrets=rows
        )
        self.assertEqual((found.kind, found.id), ("duplicate", "*2"))

    def test_whose_row_it_is(self):
        ours, unknown = "isp:S1 Budi", "isp:S9 Eko"
        ended = {"numbers": {"S1": BUDI, "S2": SITI}, "ended": {"siti": SITI}}
        items = {BUDI: [secret()], SITI: []}
        for name, comment, kind, owner in (
            ("other", ours, "duplicate", BUDI),
            ("other", "isp:S2", "leftover", SITI),
            ("siti", "", "leftover", SITI),
            ("siti", unknown, "leftover", SITI),
            ("guest", "", "foreign", None),
            ("guest", unknown, "foreign", None),
        ):
            there = [row(secret()), {".id": "*2", "name": name, "comment": comment}]
            found = self.compare(items, True, ended, secrets=there)
            self.assertEqual(kinds(found), [(kind, SECRET, name, owner)])
            self.assertEqual(found[0].id, "*2")
            shown = self.compare(items, False, ended, secrets=there)
            self.assertEqual(shown, [] if kind == "foreign" else found)

    def test_rows_of_the_script_and_of_the_router_itself_are_nobodys(self):
        for values in ({"comment": f"{SETUP_MARK} x"}, {"dynamic": "true"}):
            there = [{".id": "*1", "list": "isolated", "address": "10.0.0.9", **values}]
            self.assertEqual(self.compare({}, True, lists=there), [])
        there[0]["dynamic"] = "false"
        found = self.compare({}, True, lists=there)
        self.assertEqual(
            kinds(found), [("foreign", ADDRESS_LIST, "isolated 10.0.0.9", None)]
        )

    def test_address_lists_are_found_by_both_fields(self):
        key = (("list", "isolated"), ("address", "10.0.0.9"))
        item = Item(ADDRESS_LIST, key, {"disabled": "no"})
        self.assertEqual(self.compare({BUDI: [item]}, lists=[row(item)]), [])
        other = row(item, address="10.0.0.8", comment="isp:S1")
        found = self.compare(
            {BUDI: [item]}, wanted={"numbers": {"S1": BUDI}}, lists=[other]
        )
        self.assertEqual([d.kind for d in found], ["missing", "duplicate"])

    def test_what_is_foreign_is_shown_when_it_is_asked_for(self):
        actual = {SECRET: [{".id": "*1", "name": "guest"}]}
        self.assertEqual(compare(Wanted({}), actual), [])

    def test_profiles_that_nobody_wants_are_left_alone(self):
        self.assertEqual(self.compare({}, True, profiles=[row(profile())]), [])


@tagged("post_install", "-at_install")
class TestSessions(BaseCase):
    def ends(self, session, items=None, there=None, **wanted):
        """Whether this session is to end."""
        items = {BUDI: [secret()]} if items is None else items
        rows = [row(secret())] if there is None else there
        session = {".id": "*s", "name": "budi", **session}
        actual = {SECRET: rows, PROFILE: [], ACTIVE: [session]}
        found = compare(Wanted(items, **wanted), actual)
        online = [d for d in found if d.kind == "online"]
        for difference in online:
            self.assertEqual((difference.menu, difference.id), (ACTIVE, "*s"))
        return bool(online)

    def test_what_is_right_goes_on(self):
        self.assertFalse(self.ends({}))
        self.assertFalse(self.ends({"name": "guest"}))
        self.assertFalse(self.ends({}, ended={"siti": SITI}))

    def test_who_may_not_be_online(self):
        self.assertTrue(self.ends({"name": "siti"}, ended={"siti": SITI}))
        leftover = [row(secret()), {".id": "*2", "name": "old", "comment": "isp:S1"}]
        self.assertTrue(
            self.ends({"name": "old"}, there=leftover, numbers={"S1": BUDI})
        )
        self.assertFalse(
            self.ends({"name": "guest"}, there=leftover, numbers={"S1": BUDI})
        )
        foreign = [row(secret()), {".id": "*2", "name": "guest"}]
        self.assertFalse(self.ends({"name": "guest"}, there=foreign))

    def test_who_was_given_something_else_since(self):
        self.assertTrue(self.ends({}, restarted={BUDI}))
        self.assertFalse(self.ends({}, restarted={SITI}))
        self.assertFalse(self.ends({}, there=[]), "N10: it is healthy")
        self.assertTrue(self.ends({}, there=[], isolated={"budi": True}))
        self.assertTrue(self.ends({}, there=[row(secret(), profile="slow")]))
        self.assertFalse(self.ends({}, there=[row(secret(), password="Other")]))
        both = {BUDI: [secret()], None: [profile()]}
        self.assertFalse(self.ends({}, both))
        self.assertFalse(self.ends({"name": "home"}, both, there=[]))

    def test_an_address_of_the_other_pool(self):
        def of_isolated_pool(address):
            return address.startswith("10.9.")

        for address, isolated, ends in (
            ("10.9.0.1", False, True),
            ("10.9.0.1", True, False),
            ("10.1.0.1", True, True),
            ("10.1.0.1", False, False),
        ):
            session = {"address": address}
            pool = {"is_isolated_address": of_isolated_pool}
            self.assertIs(self.ends(session, isolated={"budi": isolated}, **pool), ends)
            self.assertFalse(self.ends(session, isolated={"budi": isolated}))
            self.assertFalse(self.ends(session, isolated={"siti": isolated}, **pool))

    def test_routes_that_nobody_knows_of_are_proposed_alone(self):
        wanted = Wanted({BUDI: [secret()]}, {"S1": BUDI})
        there = row(secret(), routes="203.0.113.8/29 10.0.0.2 1")
        actual = {SECRET: [there]}
        self.assertFalse(compare(wanted, actual))
        (found,) = compare(wanted, actual, with_foreign=True)
        self.assertEqual(found.fields, {"routes": (there["routes"], None)})
        self.assertTrue(found.is_proposed and found.is_left_alone)
        (unset,) = get_commands(found)
        self.assertEqual(unset.values, {".id": "*1", "value-name": "routes"})
        there["profile"] = "other"
        (found,) = compare(wanted, actual, with_foreign=True)
        self.assertEqual(found.fields.keys(), {"profile"})
        self.assertFalse(found.is_left_alone)

    def test_routes_that_are_known_are_kept_so(self):
        for known, differs in (("203.0.113.8/29", False), ("", True)):
            wanted = Wanted({BUDI: [secret(routes=known)]}, {"S1": BUDI})
            there = row(secret(), routes="203.0.113.8/29 10.0.0.2 1")
            found = compare(wanted, {SECRET: [there]})
            self.assertEqual(bool(found), differs)
            self.assertFalse(any(d.is_left_alone for d in found))

    def test_what_reaches_a_session(self):
        for kind, menu, fields, reaches in (
            ("missing", SECRET, {}, True),
            ("leftover", SECRET, {}, True),
            ("different", SECRET, {"profile": ("a", "b")}, True),
            ("different", SECRET, {"comment": ("a", "b")}, False),
            ("different", SECRET, {"routes": ("a", "")}, True),
            ("different", SECRET, {"routes": ("a", None)}, False),
            ("different", PROFILE, {"name": ("a", "b")}, False),
            ("missing", QUEUE, {}, False),
        ):
            difference = Difference(kind, menu, "budi", BUDI, "*1", None, fields)
            self.assertIs(difference.reaches_session, reaches)
