"""The router is as recordings of RouterOS 6 and 7 show it."""

import re
from contextlib import closing

import librouteros
import pytest

from simulator.control import Process

EXPORT_6 = r"""# nov/14/2022 17:12:03 by RouterOS 6.49.7
/interface bridge
add name=bridge-lan
/ip pool
add name=pppoe ranges=10.5.0.2-10.5.3.254
/ppp profile
set *0 local-address=10.5.0.1 remote-address=pppoe !rate-limit
add change-tcp-mss=yes local-address=10.5.0.1 name=home-10M only-one=yes \
    rate-limit=5M/10M remote-address=pppoe
/ppp secret
add comment="Bu Sri \"warung\" 0812-3456-789\r\
    \nRT 03" name=260211162621-BAYU password="p\$1?\\" profile=home-10M \
    service=pppoe
add disabled=yes name="Ibu Tini=2" password=x profile=default
/ip firewall filter
add action=fasttrack-connection chain=forward
/system identity
set name=Kota-1
"""
EXPORT_7 = """# 2026-11-27 10:00:00 by RouterOS 7.16.2
/ppp profile
set *FFFFFFFE use-encryption=required
/ppp aaa
set interim-update=5m use-radius=yes
/radius
add address=10.0.0.10 secret=abc service=ppp src-address=10.0.0.1
/ipv6 firewall filter
add action=drop chain=forward comment=last
/routing ospf instance
add disabled=no name=default-v2
"""


@pytest.fixture(scope="module")
def older():
    with Process("--version=6.49.10 (long-term)") as process:
        yield process


def ask(process, command, *words):
    """All sentences of the answer: [(reply word, {name: value})]."""
    port = process.routers[0]["plain"]
    api = librouteros.connect("127.0.0.1", "admin", "admin", port=port)
    with closing(api):
        api.protocol.writeSentence(command, *words)
        answer = [api.protocol.readSentence()]
        while answer[-1][0] != "!done":
            answer.append(api.protocol.readSentence())
    return [
        (reply, dict(word[1:].split("=", 1) for word in words))
        for reply, words in answer
    ]


def rows(process, path, *query):
    return [row for reply, row in ask(process, f"{path}/print", *query) if row]


def refusal(process, command, *words):
    reply, values = ask(process, command, *words)[0]
    assert reply == "!trap"
    return values["message"]


def test_the_first_word_that_is_not_known_is_named(simulator, older):
    for command, word in (
        ("/interface/wireless/print", "wireless"),
        ("/nothing/at/all/print", "nothing"),
        ("/ppp/secret/explode", "explode"),
    ):
        message = f"no such command or directory ({word})"
        assert refusal(simulator, command) == message
        assert refusal(older, command) == "no such command prefix"
    assert refusal(older, "/ppp/secret/remove", "=.id=*FF") == "no such item (4)"


def test_dates_of_6_are_written_as_6_does(simulator, older):
    (clock,) = rows(older, "/system/clock")
    assert re.fullmatch(r"[a-z]{3}/\d\d/\d{4}", clock["date"])
    ask(older, "/ppp/secret/add", "=name=dated")
    (secret,) = rows(older, "/ppp/secret", "?name=dated")
    assert secret["last-logged-out"] == "jan/01/1970 00:00:00"
    (clock,) = rows(simulator, "/system/clock")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", clock["date"])


def test_the_profiles_that_are_always_there(simulator):
    profiles = {row["name"]: row for row in rows(simulator, "/ppp/profile")}
    default, encrypted = profiles["default"], profiles["default-encryption"]
    assert (default[".id"], encrypted[".id"]) == ("*0", "*FFFFFFFE")
    assert (default["change-tcp-mss"], default["use-ipv6"]) == ("yes", "yes")
    assert refusal(simulator, "/ppp/profile/remove", "=.id=*0").startswith("failure")


def test_sessions_and_what_a_secret_remembers_of_them(sim):
    ask(sim, "/ppp/secret/add", "=name=siti", "=remote-address=10.0.0.3")
    (secret,) = rows(sim, "/ppp/secret", "?name=siti")
    assert (secret["last-caller-id"], secret["last-disconnect-reason"]) == ("", "")
    assert "routes" not in secret
    sim.control.switch_on(router=0, names=["siti"])
    (session,) = rows(sim, "/ppp/active", "?name=siti")
    assert re.fullmatch(r"\*[0-9A-F]{1,3}", session[".id"])
    assert session["session-id"].startswith("0x811")
    sim.control.switch_off(router=0, names=["siti"])
    (secret,) = rows(sim, "/ppp/secret", "?name=siti")
    assert secret["last-caller-id"] == session["caller-id"]
    assert secret["last-disconnect-reason"]


def test_a_queue_has_a_bucket(sim):
    ask(sim, "/queue/simple/add", "=name=q", "=target=10.0.0.9")
    assert rows(sim, "/queue/simple")[0]["bucket-size"] == "0.1/0.1"


def test_rules_have_an_order_and_nothing_gets_before_the_routers_own(sim):
    menu = "/ip/firewall/filter"

    def add(comment, *words):
        chain = ("=chain=forward", f"=comment={comment}")
        return ask(sim, f"{menu}/add", *chain, *words)[0][1]["ret"]

    first, second = add("first"), add("second")
    ask(sim, f"{menu}/move", f"=numbers={second}", f"=destination={first}")
    assert [row["comment"] for row in rows(sim, menu)] == ["second", "first"]
    ask(sim, f"{menu}/move", f"=numbers={second}", f"=destination={second}")
    assert [row["comment"] for row in rows(sim, menu)] == ["second", "first"]
    add("fast", "=action=fasttrack-connection")
    own, *others = rows(sim, menu)
    assert (own["dynamic"], len(others)) == ("true", 3)
    move = (f"=numbers={first}", f"=destination={own['.id']}")
    assert refusal(sim, f"{menu}/move", *move).startswith("failure")
    sim.control.reset(router=0, path=menu)


def test_ipv6_is_no_menu_of_6(simulator, older):
    assert rows(simulator, "/ipv6/firewall/filter") == []
    assert refusal(older, "/ipv6/firewall/filter/print") == "no such command prefix"


@pytest.mark.parametrize(
    "path",
    [
        "/interface/pppoe-server/server",
        "/ppp/aaa",
        "/ip/dhcp-server",
        "/ip/dhcp-server/lease",
        "/ip/hotspot/user",
        "/ip/firewall/nat",
    ],
)
def test_menus_that_every_router_has(simulator, older, path):
    for process in (simulator, older):
        assert ask(process, f"{path}/print")[-1][0] == "!done"


def test_an_export_of_6_makes_a_router(tmp_path):
    file = tmp_path / "router.rsc"
    file.write_text(EXPORT_6)
    with Process("--version=6.49.7", f"--export={file}") as process:
        secrets = {row["name"]: row for row in rows(process, "/ppp/secret")}
        bayu = secrets["260211162621-BAYU"]
        assert bayu["password"] == "p$1?\\"
        assert bayu["comment"] == 'Bu Sri "warung" 0812-3456-789\r\nRT 03'
        assert secrets["Ibu Tini=2"]["disabled"] == "true"
        profiles = {row["name"]: row for row in rows(process, "/ppp/profile")}
        assert profiles["default"]["local-address"] == "10.5.0.1"
        assert profiles["home-10M"]["rate-limit"] == "5M/10M"
        assert rows(process, "/system/identity")[0]["name"] == "Kota-1"


def test_an_export_of_7_says_what_it_has_that_is_not_simulated():
    with Process() as process:
        assert process.control.seed(router=0, text=EXPORT_7) == 1
        assert rows(process, "/ppp/aaa")[0]["interim-update"] == "5m"
        assert rows(process, "/radius")[0]["src-address"] == "10.0.0.1"
        profile = rows(process, "/ppp/profile", "?name=default-encryption")[0]
        assert profile["use-encryption"] == "required"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("/ppp nothing add name=x", "BadCommand"),
        (":do {/ppp nothing add name=x} on-error={}", "BadCommand"),
        ("/ppp secret add profile=none name=x", "Trap"),
        ('/ppp secret add name="x', "BadCommand"),
    ],
)
def test_what_a_terminal_refuses(sim, text, error):
    with pytest.raises(ValueError, match=error):
        sim.control.script(router=0, text=text)


def test_what_is_parsed_by_itself_may_fail(sim):
    text = ':do {[:parse "/ppp nothing add name=x"]} on-error={/ppp secret add name=y}'
    sim.control.script(router=0, text=text)
    assert [row["name"] for row in rows(sim, "/ppp/secret")] == ["y"]
