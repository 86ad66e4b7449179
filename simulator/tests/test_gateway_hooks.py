"""What the gateways read of what the providers post, and of what others do."""

import json
import random
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isp_notice.gateways import Forged, Incoming, Status
from isp_notice.gateways.base import invent_id, moment, take
from simulator.tests.whatsapp import (
    PROVIDERS,
    TO,
    Receiver,
    make_gateway,
    make_message,
)
from simulator.whatsapp.control import Background
from simulator.whatsapp.providers import PROVIDERS as PEERS

# They read, and nobody answers them.
DEAF = {name: make_gateway(name, "http://127.0.0.1:1") for name in PROVIDERS}


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def peer(provider, receiver):
    with Background(provider, hook=receiver.url) as peer:
        yield peer


@pytest.fixture
def gateway(provider, peer):
    with make_gateway(provider, peer.url) as gateway:
        yield gateway


def read(gateway, receiver):
    """All that was posted so far."""
    return [item for hook in receiver.hooks for item in gateway.read_hook(*hook)]


def is_close(at):
    return at is None or abs(datetime.utcnow() - at) < timedelta(seconds=60)


def test_each_status_is_that_of_the_message(provider, gateway, peer, receiver):
    sent = gateway.send(make_message(key="invoice-9"))
    for state in ("sent", "delivered", "read"):
        peer.run("tell", name=sent.id, state=state)
    found = read(gateway, receiver)
    assert [item.state for item in found] == ["sent", "delivered", "read"]
    assert all(isinstance(item, Status) and is_close(item.at) for item in found)
    if provider == "fonnte":
        # Later statuses know the message by the second of its two ids alone.
        assert found[0].id == sent.id
        assert {item.alias for item in found} == {f"S{sent.id}"}
    else:
        assert {item.id for item in found} == {sent.id}
    if provider == "meta":
        assert {item.key for item in found} == {"invoice-9"}


def test_a_failure_says_why(gateway, peer, receiver):
    sent = gateway.send(make_message())
    peer.run("tell", name=sent.id, state="failed")
    (status,) = read(gateway, receiver)
    assert status.id == sent.id and status.state == "failed" and status.error


def test_what_comes_twice_is_read_the_same_twice(gateway, peer, receiver):
    sent = gateway.send(make_message())
    peer.run("tell", name=sent.id, state="delivered", times=2)
    peer.run("say", number=TO, text="TAGIHAN", name="abc", times=2)
    first, second, third, fourth = read(gateway, receiver)
    assert (first.state, third.id, third.text) == (
        second.state,
        fourth.id,
        fourth.text,
    )


def test_statuses_come_late_and_in_any_order(gateway, peer, receiver):
    peer.run("setting", statuses=[[0.05, "read"], [0.05, "sent"], [0.05, "delivered"]])
    gateway.send(make_message())
    for _time in range(100):
        if len(receiver.hooks) == 3:
            break
        time.sleep(0.05)
    states = [item.state for item in read(gateway, receiver)]
    assert states == ["read", "sent", "delivered"]


def test_what_a_person_writes_arrives(gateway, peer, receiver):
    text = "tagihan saya brp? 🙏\nid 10023"
    assert peer.run("say", number="628999000111", text=text) == [200]
    (found,) = read(gateway, receiver)
    assert isinstance(found, Incoming)
    assert (found.sender, found.text, found.kind) == ("628999000111", text, "text")
    assert found.id and is_close(found.at)


def test_a_file_is_told_with_its_text(gateway, peer, receiver):
    peer.run("say", number=TO, text="bukti transfer", kind="document")
    (found,) = read(gateway, receiver)
    assert (found.kind, found.text) == ("document", "bukti transfer")


def test_what_no_database_keeps_is_taken_out(gateway, peer, receiver):
    text = "a\x00b\ud83dc\u202e" + "x" * 65536
    peer.run("say", number=TO, text=text)
    (found,) = read(gateway, receiver)
    assert found.text == "abc" + "x" * 65536
    found.text.encode()


def test_forged_hooks_are_refused(gateway, peer, receiver):
    sent = gateway.send(make_message())
    peer.run("tell", name=sent.id, state="read", forged=True)
    peer.run("say", number=TO, text="STOP", forged=True)
    assert len(receiver.hooks) == (2 if gateway.signed else 0)
    assert receiver.refused == (0 if gateway.signed else 2)
    for hook in receiver.hooks:
        with pytest.raises(Forged):
            gateway.read_hook(*hook)


@pytest.mark.parametrize("name", ["meta", "waha"])
def test_a_hook_with_another_body_is_refused(name):
    gateway, peer = DEAF[name], PEERS[name]()
    body = json.dumps(peer.get_message_hook(TO, "STATUS", "text", "1")).encode()
    headers = peer.sign(body)
    assert len(gateway.read_hook(headers, body)) == 1
    with pytest.raises(Forged):
        gateway.read_hook(headers, body.replace(b"STATUS", b"STOP"))
    signature = [key for key in headers if "hmac" in key.lower()]
    signature += [key for key in headers if "signature" in key.lower()]
    for wrong in ("", "sha256=", "0", "é" * 8, "sha256=" + "0" * 64):
        with pytest.raises(Forged):
            gateway.read_hook({name: wrong for name in signature}, body)
    with pytest.raises(Forged):
        gateway.read_hook({}, body)


def test_the_case_of_headers_says_nothing(gateway, peer, receiver):
    peer.run("say", number=TO, text="STATUS")
    headers, body = receiver.hooks[0]
    for change in (str.lower, str.upper):
        changed = {change(name): value for name, value in headers.items()}
        assert len(gateway.read_hook(changed, body)) == 1


@pytest.mark.parametrize("name", ["meta", "waha"])
def test_without_a_secret_of_ours_nothing_is_believed(name):
    peer = PEERS[name]()
    peer.app_secret = peer.hmac_key = ""
    body = json.dumps(peer.get_message_hook(TO, "STOP", "text", "1")).encode()
    with make_gateway(name, "http://127.0.0.1:1", secret="") as gateway:
        with pytest.raises(Forged):
            gateway.read_hook(peer.sign(body), body)


def signed(provider, body):
    return PEERS[provider]().sign(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(), part),
    max_leaves=12,
)


def spoil(value, chance):
    """A copy in which some parts are something else."""
    if chance.random() < 0.12:
        return chance.choice([None, [], {}, "", "x", 0, -1, 1e300, True, [[]], "\x00"])
    if isinstance(value, dict):
        return {name: spoil(part, chance) for name, part in value.items()}
    if isinstance(value, list):
        return [spoil(part, chance) for part in value]
    return value


@settings(max_examples=150, deadline=None)
@given(found=JSON)
def test_any_signed_json_is_read_without_a_stumble(found):
    body = json.dumps(found).encode()
    for provider, gateway in DEAF.items():
        try:
            gateway.read_hook(signed(provider, body), body)
        except Forged:
            pass


@pytest.mark.parametrize("provider", PROVIDERS)
def test_spoiled_hooks_are_read_without_a_stumble(provider):
    peer, chance = PEERS[provider](), random.Random(17)
    message = peer._keep({"to": TO, "text": "Halo"})
    hooks = [
        peer.get_status_hook(message, "failed", "x"),
        peer.get_status_hook(message, "read", ""),
        peer.get_message_hook(TO, "Halo", "text", "1"),
        peer.get_message_hook(TO, "Halo", "document", "1"),
    ]
    with make_gateway(provider, "http://127.0.0.1:1") as gateway:
        for hook in hooks * 300:
            body = json.dumps(spoil(hook, chance)).encode()
            try:
                found = gateway.read_hook(signed(provider, body), body)
            except Forged:
                continue
            for item in found:
                assert isinstance(item.id, str)
                if isinstance(item, Incoming):
                    assert item.sender.isdecimal() or item.chat
                    assert isinstance(item.text, str)
                else:
                    assert item.state in ("sent", "delivered", "read", "failed")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100000, b"{" + b" " * (1 << 21)],
    ids=["empty", "list", "null", "open", "bytes", "deep", "long"],
)
def test_what_is_no_hook_is_refused(provider, body):
    with make_gateway(provider, "http://127.0.0.1:1") as gateway:
        with pytest.raises(Forged):
            gateway.read_hook(signed(provider, body), body)


# What single providers have


def test_meta_asks_whether_the_address_is_ours():
    gateway = make_gateway("meta", "http://127.0.0.1:1")
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": "meta-word",
        "hub.challenge": "1158201444",
    }
    assert gateway.answer_challenge(asked) == "1158201444"
    script = {**asked, "hub.challenge": "<script>1</script>"}
    assert gateway.answer_challenge(script) == "1"
    for name, wrong in (("hub.mode", ""), ("hub.verify_token", "x")):
        with pytest.raises(Forged):
            gateway.answer_challenge({**asked, name: wrong})
    with pytest.raises(Forged):
        gateway = make_gateway("meta", "http://127.0.0.1:1", verify_token="")
        gateway.answer_challenge({**asked, "hub.verify_token": ""})


def test_what_is_said_of_another_number_is_not_ours():
    body = json.dumps(PEERS["meta"]().get_message_hook(TO, "a", "text", "1")).encode()
    other = make_gateway("meta", "http://127.0.0.1:1", account="1")
    assert other.read_hook(signed("meta", body), body) == []
    body = json.dumps(PEERS["waha"]().get_message_hook(TO, "a", "text", "1")).encode()
    other = make_gateway("waha", "http://127.0.0.1:1", account="second")
    assert other.read_hook(signed("waha", body), body) == []


def test_a_button_is_a_text_and_a_reaction_is_nothing():
    gateway, peer = make_gateway("meta", "http://127.0.0.1:1"), PEERS["meta"]()
    hook = peer.get_message_hook(TO, "a", "text", "1")
    (message,) = hook["entry"][0]["changes"][0]["value"]["messages"]
    reply = {"type": "button_reply", "button_reply": {"id": "1", "title": "TAGIHAN"}}
    for values, texts in (
        ({"type": "button", "button": {"text": "STOP", "payload": "x"}}, ["STOP"]),
        ({"type": "interactive", "interactive": reply}, ["TAGIHAN"]),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, []),
        ({"type": "image", "image": {"id": "1"}}, [""]),
    ):
        message.update(values)
        body = json.dumps(hook).encode()
        found = gateway.read_hook(signed("meta", body), body)
        assert [item.text for item in found] == texts


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("waha", {"from": "120363@g.us"}),
        ("waha", {"from": "status@broadcast"}),
        ("waha", {"fromMe": True}),
        ("fonnte", {"member": TO}),
        ("fonnte", {"sender": "120363-1@g.us"}),
        ("wablas", {"isGroup": True}),
        ("wablas", {"isFromMe": True}),
    ],
)
def test_groups_and_our_own_words_are_left_out(name, changes):
    hook = PEERS[name]().get_message_hook(TO, "STOP", "text", "1")
    (hook["payload"] if name == "waha" else hook).update(changes)
    body = json.dumps(hook).encode()
    gateway = make_gateway(name, "http://127.0.0.1:1")
    assert gateway.read_hook(signed(name, body), body) == []


def test_who_hides_his_number_is_known_by_his_chat():
    hook = PEERS["waha"]().get_message_hook("98765432101234@lid", "a", "text", "1")
    body = json.dumps(hook).encode()
    gateway = make_gateway("waha", "http://127.0.0.1:1")
    (found,) = gateway.read_hook(signed("waha", body), body)
    assert (found.sender, found.chat) == ("", "98765432101234@lid")


def test_fonnte_posts_forms_too():
    body = b"device=6281&sender=6281234567890&message=tagihan+saya"
    gateway = make_gateway("fonnte", "http://127.0.0.1:1")
    (found,) = gateway.read_hook({}, body)
    assert (found.text, found.id) == ("tagihan saya", invent_id(body))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("waha", "WORKING", "FAILED"),
        ("fonnte", "connect", "disconnect"),
        ("wablas", "connected", "disconnected"),
    ],
)
def test_a_session_that_ends_is_told(name, good, bad, receiver):
    with Background(name, hook=receiver.url) as peer:
        peer.run("health", state=good)
        peer.run("health", state=bad)
        peer.run("say", number=TO, text="Halo")
        peer.run("health", state=bad, forged=True)
    gateway = make_gateway(name, "http://127.0.0.1:1")
    healths = [gateway.read_health(*hook) for hook in receiver.hooks[:3]]
    assert [health and health.works for health in healths] == [True, False, None]
    assert [gateway.read_hook(*hook) for hook in receiver.hooks[:2]] == [[], []]
    if gateway.signed:
        with pytest.raises(Forged):
            gateway.read_health(*receiver.hooks[3])
    else:
        assert receiver.refused == 1


def test_the_device_of_another_token_is_not_ours():
    body = json.dumps(PEERS["fonnte"]().get_health_hook("disconnect")).encode()
    assert not DEAF["fonnte"].read_health({}, body).works
    with make_gateway("fonnte", "http://127.0.0.1:1", token="other") as gateway:
        with pytest.raises(Forged):
            gateway.read_health({}, body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1667561485, datetime(2022, 11, 4, 11, 31, 25)),
        ("1667561485", datetime(2022, 11, 4, 11, 31, 25)),
        (1667561485.853, datetime(2022, 11, 4, 11, 31, 25)),
        (1667561485123, datetime(2022, 11, 4, 11, 31, 25)),
        ("2022-11-04T18:31:25+07:00", datetime(2022, 11, 4, 11, 31, 25)),
        ("2022-11-04T11:31:25.41114184Z", datetime(2022, 11, 4, 11, 31, 25)),
        ("2022-11-04 11:31:25", datetime(2022, 11, 4, 11, 31, 25)),
        *((wrong, None) for wrong in (None, "", "x", True, [], {}, 1e300, "9" * 30)),
    ],
)
def test_times_of_all_kinds_are_read(value, expected):
    assert moment(value) == expected


def test_nothing_is_taken_where_nothing_lies():
    found = {"a": [{"b": 5}, "x"], "c": True, "d": 1.5}
    assert take(found, "a", 0, "b") == "5"
    for path in (("a", 1, "b"), ("a", 7), ("c",), ("d",), ("x", "y"), ("a", "b")):
        assert take(found, *path) == ""
    assert take(found, "a", kind=dict) == {}
