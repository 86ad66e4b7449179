"""Applying what differs: in which order, and what becomes of a refusal."""

from odoo.tests import BaseCase, tagged

from ..routeros.desired import ADDRESS_LIST, PROFILE, QUEUE, SECRET
from ..routeros.reconcile import (
    ACTIVE,
    NAMES_AT_MOST,
    Difference,
    apply,
    get_commands,
)
from ..routeros.transport import Command
from .reconcile_common import BUDI, SITI, Router, profile, row, secret


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
            [row(secret(), routes="203.0.113.8/29 10.0.0.2 1")],
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


PROPLIST = (
    ".id,name,password,profile,remote-address,caller-id,disabled,comment,service,"
    "limit-bytes-in,limit-bytes-out,routes"
)


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
