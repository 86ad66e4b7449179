"""Reading, comparing and applying, on a router that is a table in memory."""

from odoo.tests import BaseCase, tagged

from odoo.addons.isp_network.exceptions import RefusedError

from ..const import SETUP_MARK
from ..routeros.desired import ADDRESS_LIST, PROFILE, QUEUE, SECRET, Item
from ..routeros.reconcile import (
    ACTIVE,
    NAMES_AT_MOST,
    Difference,
    Wanted,
    apply,
    compare,
    get_commands,
    raise_refusal,
    read,
)
from ..routeros.transport import Command, Reply

BUDI, SITI = 1, 2


class Router:
    """Rows by menu, what it was told, and what it refuses.

    :ivar refuses: {command's path: [error for each time that it comes]}
    """

    def __init__(self, refuses=None, **rows):
        self.rows = {menu: [] for menu in MENUS.values()}
        self.rows |= {MENUS[name]: found for name, found in rows.items()}
        self.refuses, self.told = refuses or {}, []

    def talk(self, commands):
        return [self._answer(command) for command in commands]

    def _answer(self, command):
        self.told.append(command)
        menu, _slash, verb = command.path.rpartition("/")
        errors = self.refuses.get(command.path)
        if error := errors and errors.pop(0):
            return Reply([], None, error)
        if verb not in ("print", "add") and not self._find(menu, command):
            return Reply([], None, "no such item (4)")
        rows = getattr(self, f"_{verb}")(menu, command)
        return Reply(rows or [], None, None)

    def _print(self, menu, command):
        asked = [word.removeprefix("?").partition("=")[::2] for word in command.query]
        names = command.values[".proplist"].split(",")
        return [
            {name: row[name] for name in names if name in row}
            for row in self.rows[menu]
            if all(row.get(name) == value for name, value in asked)
        ]

    def _add(self, menu, command):
        self.rows[menu].append({".id": "*new", **command.values})

    def _set(self, menu, command):
        self._find(menu, command).update(command.values)

    def _unset(self, menu, command):
        del self._find(menu, command)[command.values["value-name"]]

    def _remove(self, menu, command):
        self.rows[menu].remove(self._find(menu, command))

    def _find(self, menu, command):
        row_id = command.values[".id"]
        return next((row for row in self.rows[menu] if row[".id"] == row_id), None)

    def verbs(self):
        return [c.path.rpartition("/")[2] for c in self.told]


MENUS = {
    "secrets": SECRET,
    "profiles": PROFILE,
    "queues": QUEUE,
    "lists": ADDRESS_LIST,
    "sessions": ACTIVE,
}


def secret(name="budi", **values):
    return Item(
        SECRET,
        (("name", name),),
        {"password": "Secret-12", "profile": "home", "disabled": "no", **values},
    )


def profile(**values):
    return Item(PROFILE, (("name", "home"),), {"rate-limit": "10M/20M", **values})


def row(item, row_id="*1", **values):
    return {".id": row_id, **dict(item.key), **item.values, **values}


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
        self.assertTrue(self.ends({}, there=[]))
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

    def test_what_reaches_a_session(self):
        for kind, menu, fields, reaches in (
            ("missing", SECRET, {}, True),
            ("leftover", SECRET, {}, True),
            ("different", SECRET, {"profile": ("a", "b")}, True),
            ("different", SECRET, {"comment": ("a", "b")}, False),
            ("different", PROFILE, {"name": ("a", "b")}, False),
            ("missing", QUEUE, {}, False),
        ):
            difference = Difference(kind, menu, "budi", BUDI, "*1", None, fields)
            self.assertIs(difference.reaches_session, reaches)


@tagged("post_install", "-at_install")
class TestApply(BaseCase):
    def different(self, item=None, kind="different", **fields):
        item = item or secret()
        fields = {name: (there, item.values[name]) for name, there in fields.items()}
        row_id = "" if kind == "missing" else "*1"
        return Difference(kind, item.menu, item.label, BUDI, row_id, item, fields)

    def leftover(self, row_id="*9", menu=SECRET, kind="leftover"):
        return Difference(kind, menu, "old", BUDI, row_id)

    def test_a_new_row_has_what_is_not_empty_and_what_only_new_ones_get(self):
        item = secret(**{"remote-address": ""})
        (command,) = get_commands(self.different(item, "missing"))
        self.assertEqual(command.path, f"{SECRET}/add")
        self.assertEqual(
            command.values,
            {
                "name": "budi",
                "password": "Secret-12",
                "profile": "home",
                "disabled": "no",
                "service": "pppoe",
            },
        )
        (command,) = get_commands(self.different(profile(), "missing"))
        self.assertEqual(command.values, {"name": "home", "rate-limit": "10M/20M"})

    def test_what_is_emptied_is_set_where_it_can_be(self):
        item = secret(**{"remote-address": "10.0.0.1", "caller-id": ""})
        difference = self.different(item, **{"remote-address": "x", "caller-id": "y"})
        self.assertEqual(
            get_commands(difference),
            [
                Command(
                    f"{SECRET}/set",
                    {".id": "*1", "remote-address": "10.0.0.1", "caller-id": ""},
                )
            ],
        )
        item = secret(**{"remote-address": ""})
        difference = self.different(item, **{"remote-address": "x"})
        self.assertEqual(
            get_commands(difference),
            [Command(f"{SECRET}/unset", {".id": "*1", "value-name": "remote-address"})],
        )

    def test_nothing_to_do(self):
        router = Router()
        foreign = self.leftover(kind="foreign")
        self.assertEqual(apply(router, [foreign]), {})
        self.assertEqual(apply(router, []), {})
        self.assertEqual(router.told, [])

    def test_profiles_first_then_what_goes_then_what_comes(self):
        old = {".id": "*9", "name": "old"}
        router = Router(secrets=[old, row(secret(), profile="x")])
        results = apply(
            router,
            [
                self.different(profile="x"),
                self.leftover(),
                self.leftover("*8", ADDRESS_LIST, "foreign"),
                self.different(profile(), "missing"),
                self.leftover("*7", QUEUE, "duplicate"),
            ],
        )
        self.assertEqual(
            [command.path for command in router.told[:4]],
            [
                f"{PROFILE}/add",
                f"{SECRET}/remove",
                f"{QUEUE}/remove",
                f"{SECRET}/set",
            ],
        )
        self.assertEqual(results, {0: None, 1: None, 3: None, 4: None})
        self.assertEqual([r["name"] for r in router.rows[SECRET]], ["budi"])

    def test_what_is_gone_already_is_well(self):
        for error, result in (("no such item (4)", None), ("not permitted", "not per")):
            router = Router({f"{SECRET}/remove": [error]})
            (found,) = apply(router, [self.leftover()]).values()
            self.assertEqual(found and found[:7], result)

    def test_a_refusal_names_the_one_that_was_refused(self):
        siti = secret("siti")
        router = Router({f"{SECRET}/add": [None, "bad profile", "bad profile"]})
        missing = [self.different(item, "missing") for item in (secret(), siti)]
        self.assertEqual(apply(router, missing), {0: None, 1: "bad profile"})

    def test_the_first_error_of_several_commands_stays(self):
        item = secret(**{"remote-address": ""})
        router = Router(
            {f"{SECRET}/unset": ["first"], f"{SECRET}/set": ["second"]},
            secrets=[row(secret(), profile="x", **{"remote-address": "10.0.0.1"})],
        )
        difference = self.different(item, profile="x", **{"remote-address": "y"})
        self.assertEqual(apply(router, [difference]), {0: "first"})
        self.assertEqual(router.verbs()[:3], ["unset", "set", "print"])

    def test_made_by_another_in_the_meantime_it_is_well(self):
        other = row(secret(), "*2", profile="x")
        for rows in (
            [row(secret())],
            [row(secret(), password="****")],
            [row(secret()), other],
        ):
            router = Router({f"{SECRET}/add": ["already have"]}, secrets=rows)
            self.assertEqual(apply(router, [self.different(kind="missing")]), {0: None})
            self.assertEqual(router.verbs(), ["add", "print"])

    def test_made_otherwise_in_the_meantime_it_is_set(self):
        for there in ({"profile": "x"}, {"profile": "x", "password": "****"}):
            router = Router(
                {f"{SECRET}/add": ["already have"]}, secrets=[row(secret(), **there)]
            )
            self.assertEqual(apply(router, [self.different(kind="missing")]), {0: None})
            written = router.told[-1]
            self.assertEqual(written.path, f"{SECRET}/set")
            password = {"password": "Secret-12"} if "password" in there else {}
            self.assertEqual(
                written.values, {".id": "*1", "profile": "home", **password}
            )

    def test_removed_in_the_meantime_it_is_made_anew(self):
        router = Router({f"{SECRET}/set": ["no such item"]})
        self.assertEqual(apply(router, [self.different(profile="x")]), {0: None})
        self.assertEqual(router.verbs(), ["set", "print", "add", "print"])
        (made,) = router.rows[SECRET]
        self.assertEqual((made["name"], made["service"]), ("budi", "pppoe"))

    def test_made_anew_by_another_it_is_set_by_its_new_id(self):
        there = row(secret(), "*2", profile="x")
        router = Router({f"{SECRET}/set": ["no such item"]}, secrets=[there])
        self.assertEqual(apply(router, [self.different(profile="x")]), {0: None})
        self.assertEqual(there["profile"], "home")

    def test_refused_again_or_as_it_was_it_has_failed(self):
        router = Router({f"{SECRET}/add": ["no"]})
        self.assertEqual(apply(router, [self.different(kind="missing")]), {0: "no"})
        self.assertEqual(router.verbs(), ["add", "print"])
        router = Router(
            {f"{SECRET}/set": ["no such item"], f"{SECRET}/add": ["still no"]}
        )
        self.assertEqual(apply(router, [self.different(profile="x")]), {0: "still no"})
        router = Router({f"{SECRET}/set": ["no"]}, secrets=[row(secret(), profile="x")])
        self.assertEqual(apply(router, [self.different(profile="x")]), {0: "no"})
        self.assertEqual(router.verbs(), ["set", "print", "print"])
        self.assertEqual(router.told[1].query, ("?name=budi",))
        self.assertEqual(router.told[1].values, {".proplist": PROPLIST})


PROPLIST = ".id,name,password,profile,remote-address,caller-id,disabled,comment"


@tagged("post_install", "-at_install")
class TestCloseSessions(BaseCase):
    def online(self, row_id="*s1", name="budi"):
        return Difference("online", ACTIVE, name, BUDI, row_id)

    def test_the_session_is_closed_and_no_other(self):
        router = Router(
            sessions=[
                {".id": "*s1", "name": "budi"},
                {".id": "*s2", "name": "siti"},
                {".id": "*s3", "name": "budi"},
            ]
        )
        self.assertEqual(apply(router, [self.online()]), {0: None})
        self.assertEqual([r[".id"] for r in router.rows[ACTIVE]], ["*s2", "*s3"])
        self.assertEqual(router.told[0].query, ("?name=budi",))

    def test_who_got_in_while_his_secret_was_changed_is_closed_too(self):
        changed = Difference(
            "different",
            SECRET,
            "budi",
            BUDI,
            "*1",
            secret(),
            {"profile": ("x", "home")},
        )
        missing = Difference("missing", SECRET, "siti", SITI, "", secret("siti"))
        router = Router(
            secrets=[row(secret(), profile="x")],
            sessions=[{".id": "*s1", "name": "budi"}, {".id": "*s2", "name": "siti"}],
        )
        self.assertEqual(apply(router, [changed, missing]), {0: None, 1: None})
        self.assertEqual([r[".id"] for r in router.rows[ACTIVE]], ["*s2"])

    def test_a_session_that_cannot_be_closed_has_failed_unless_it_is_gone(self):
        for error, result in (
            ("not permitted", "not permitted"),
            ("no such item", None),
        ):
            router = Router(
                {f"{ACTIVE}/remove": [error]}, sessions=[{".id": "*s1", "name": "budi"}]
            )
            self.assertEqual(apply(router, [self.online()]), {0: result})
        self.assertEqual(apply(Router(), [self.online()]), {0: None})

    def test_many_names_are_not_asked_for_one_by_one(self):
        self.assertEqual(NAMES_AT_MOST, 100)
        for count, asked in ((100, 100), (101, 1)):
            router = Router()
            apply(router, [self.online(f"*{n}", f"name{n}") for n in range(count)])
            self.assertEqual(router.verbs(), ["print"] * asked)
