"""What librouteros gets for its commands: ids, messages, normalised rows."""

import pytest
from librouteros.exceptions import LibRouterosError, TrapError
from librouteros.query import Key


def rows(api, path, **query):
    found = api.path(path).select().where(*(Key(k) == v for k, v in query.items()))
    return list(found)


def raw(api, command, *words):
    """All sentences of the answer: [(reply word, words)]."""
    api.protocol.writeSentence(command, *words)
    answer = [api.protocol.readSentence()]
    while answer[-1][0] != "!done":
        answer.append(api.protocol.readSentence())
    return answer


def refusal(api, command, *words):
    ((word, reply), _done) = raw(api, command, *words)
    assert word == "!trap"
    return reply[-1].removeprefix("=message=")


def test_ids_are_upper_case_hexadecimal_and_never_used_again(api):
    secrets = api.path("ppp/secret")
    made = [secrets.add(name=f"u{n}") for n in range(12)]
    assert all(id_ == id_.upper() and id_[0] == "*" for id_ in made)
    assert any(id_[-1] in "ABCDEF" for id_ in made)
    secrets.remove(made[-1])
    assert secrets.add(name="again") not in made


def test_a_secret_shows_its_defaults_and_not_what_is_unset(api):
    api.path("ppp/secret").add(name="budi", password="x")
    (row,) = rows(api, "ppp/secret", name="budi")
    assert row["profile"] == "default" and row["service"] == "any"
    assert row["caller-id"] == "" and row["disabled"] is False
    assert not {"remote-address", "comment"} & row.keys()


def test_yes_and_no_come_back_as_true_and_false(api):
    api.path("ppp/secret").add(name="budi", disabled=True)
    (_reply, words), _done = raw(
        api, "/ppp/secret/print", "?name=budi", "=.proplist=disabled"
    )
    assert words == ("=disabled=true",)


def test_unset_takes_a_property_away(api):
    secrets = api.path("ppp/secret")
    id_ = secrets.add(name="budi", **{"remote-address": "10.0.0.5"})
    tuple(secrets("unset", **{".id": id_, "value-name": "remote-address"}))
    (row,) = rows(api, "ppp/secret", name="budi")
    assert "remote-address" not in row


def test_a_queue_is_normalised(api):
    api.path("queue/simple").add(
        name="q", target="10.0.0.5", **{"max-limit": "25M/25M"}
    )
    (row,) = rows(api, "queue/simple", name="q")
    assert row["target"] == "10.0.0.5/32"
    assert row["max-limit"] == "25000000/25000000"
    assert row["priority"] == "8/8"
    assert row["queue"] == "default-small/default-small"
    assert row["dynamic"] is False


def test_an_entry_of_an_address_list_has_its_time(api):
    entries = api.path("ip/firewall/address-list")
    entries.add(list="isolated", address="10.0.0.5/32")
    (row,) = rows(api, "ip/firewall/address-list")
    assert row["address"] == "10.0.0.5" and row["dynamic"] is False
    assert row["creation-time"]


@pytest.mark.parametrize(
    ("command", "words", "message"),
    [
        (
            "/ppp/secret/add",
            ["=name=taken"],
            "failure: secret with the same name already exists",
        ),
        (
            "/ip/firewall/address-list/add",
            ["=list=l", "=address=10.0.0.9"],
            "failure: already have such entry",
        ),
        ("/ppp/secret/remove", ["=.id=*FFFF"], "no such item"),
        ("/ppp/secret/set", ["=.id=", "=comment=x"], "no such item"),
        (
            "/ppp/secret/add",
            ["=name=x", "=profile=none"],
            "input does not match any value of profile",
        ),
        ("/ppp/nothing/print", [], "no such command or directory (nothing)"),
        ("/ppp/secret/explode", [], "no such command or directory (explode)"),
        ("/ppp/secret/add", ["=name=x", "=colour=red"], "unknown parameter"),
        ("/ppp/secret/add", ["=password=x"], "missing =name="),
        (
            "/queue/simple/add",
            ["=name=q", "=target=10.0.0.1", "=max-limit=fast"],
            "invalid value for argument max-limit",
        ),
    ],
)
def test_messages(api, command, words, message):
    api.path("ppp/secret").add(name="taken")
    api.path("ip/firewall/address-list").add(list="l", address="10.0.0.9")
    assert refusal(api, command, *words) == message


def test_one_that_may_read_alone_may_not_write_nor_see_passwords(api, connect, sim):
    api.path("user/group").add(name="watch", policy="read,api")
    api.path("user").add(name="watcher", password="w", group="watch")
    api.path("ppp/secret").add(name="budi", password="hidden")
    watcher = connect("watcher", "w")
    assert refusal(watcher, "/ppp/secret/add", "=name=x") == (
        "not enough permissions (9)"
    )
    (row,) = rows(watcher, "ppp/secret", name="budi")
    assert "hidden" not in row.values()


def test_every_reply_echoes_the_tag(api):
    answer = raw(api, "/system/identity/print", ".tag=a b")
    assert [word for word, _words in answer] == ["!re", "!done"]
    assert all(".tag=a b" in words for _word, words in answer)


def test_listen_tells_changes_until_it_is_cancelled(api):
    api.protocol.writeSentence("/ppp/secret/listen", ".tag=9")
    secret = raw(api, "/ppp/secret/add", "=name=new", ".tag=1")
    assert secret[0][0] == "!re" and "=name=new" in secret[0][1]
    api.protocol.writeSentence("/cancel", "=tag=9", ".tag=2")
    answer = [api.protocol.readSentence() for _number in range(3)]
    assert [(word, words[0]) for word, words in answer] == [
        ("!trap", ".tag=9"),
        ("!done", ".tag=2"),
        ("!done", ".tag=9"),
    ]
    assert answer[0][1][1:] == ("=category=2", "=message=interrupted")


def test_a_profile_that_is_renamed_takes_its_secrets_along(api):
    profiles = api.path("ppp/profile")
    id_ = profiles.add(name="old")
    api.path("ppp/secret").add(name="budi", profile="old")
    profiles.update(**{".id": id_, "name": "new"})
    assert rows(api, "ppp/secret", name="budi")[0]["profile"] == "new"
    profiles.remove(id_)


def test_without_login_it_is_the_end(sim):
    from librouteros import Api, create_transport
    from librouteros.protocol import ApiProtocol

    transport = create_transport(
        host="127.0.0.1", port=sim.routers[0]["plain"], saddr=None, timeout=5
    )
    api = Api(ApiProtocol(transport, "utf-8"))
    with pytest.raises(LibRouterosError, match="not logged in"):
        tuple(api("/ppp/secret/print"))


def test_a_wrong_password_has_its_message(connect):
    with pytest.raises(TrapError, match=r"invalid user name or password \(6\)"):
        connect(password="wrong")
