"""What each gateway sends, and what it says when something goes wrong: against the
providers that are none, over a socket."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from isp_notice.gateways import (
    GATEWAYS,
    Banned,
    GatewayError,
    Outgoing,
    Refused,
    Throttled,
    Uncertain,
    Unreachable,
    get_gateway,
)
from simulator.tests.whatsapp import (
    PROVIDERS,
    SETTINGS,
    TO,
    make_gateway,
    make_message,
)
from simulator.whatsapp.control import Background, Process

URL = "https://isp.example/isp/notice/invoice/abc"
# What each fault means, by provider where they differ.
MEANINGS = {
    "throttled": Throttled,
    "pair": Throttled,
    "broken": Uncertain,
    "down": Uncertain,
    "closed": Unreachable,
    "banned": Banned,
    "refused": Refused,
    "window": Banned,
    "silent": Uncertain,
    "cut": Uncertain,
    "noise": Uncertain,
}
# Meta says of an error of its own that one may try again.
OF_META = {"broken": Unreachable, "window": Refused}
OF_WAHA = {"window": Refused}
TAKEN = {"cut"}


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture(scope="module")
def shared(provider):
    with Background(provider) as peer:
        yield peer


@pytest.fixture
def peer(shared):
    yield shared
    shared.run("heal")
    shared.run("forget")


@pytest.fixture
def gateway(provider, peer):
    with make_gateway(provider, peer.url) as gateway:
        yield gateway


def test_a_message_arrives_once_as_it_was_written(gateway, peer):
    text = 'Yth. Budi "Édi" 😀\n*Rp 250.000*\nhttps://isp.example/i/1?a=1&b=2'
    sent = gateway.send(make_message(text))
    (received,) = peer.peer.received
    assert (received.to, received.text) == (TO, text)
    assert sent.id and sent.id == received.id and not sent.uncertain


def test_two_messages_have_two_ids(gateway):
    assert gateway.send(make_message("a")).id != gateway.send(make_message("b")).id


def test_the_key_goes_with_it_where_the_provider_takes_one(provider, gateway, peer):
    gateway.send(make_message(key="invoice-7"))
    (received,) = peer.peer.received
    assert (received.key == "invoice-7") == (provider in ("meta", "wablas"))


def test_nobody_promises_to_send_a_key_once(provider):
    assert not GATEWAYS[provider].idempotent


@pytest.mark.parametrize("kind", MEANINGS)
def test_a_fault_says_what_may_be_done_next(provider, peer, kind):
    meaning = {"meta": OF_META, "waha": OF_WAHA}.get(provider, {})
    meaning = meaning.get(kind, MEANINGS[kind])
    if provider == "waha" and kind == "refused":
        meaning = Refused
    timeout = 0.5 if kind == "silent" else 5
    with make_gateway(provider, peer.url, timeout) as gateway:
        peer.run("fault", kind=kind, count=1)
        with pytest.raises(meaning) as caught:
            gateway.send(make_message())
        assert type(caught.value) is meaning
        assert len(peer.peer.received) == (kind in TAKEN)
        # The next one goes.
        assert gateway.send(make_message("next")).id


def test_who_is_slow_but_in_time_has_sent(gateway, peer):
    peer.run("fault", kind="slow", seconds=0.3)
    assert gateway.send(make_message()).id


def test_who_is_too_slow_leaves_it_uncertain_and_sent_once(provider, peer):
    peer.run("fault", kind="slow", seconds=1, count=1)
    with make_gateway(provider, peer.url, timeout=0.3) as gateway:
        with pytest.raises(Uncertain):
            gateway.send(make_message())
    assert len(peer.peer.received) == 1


def test_who_answers_by_drops_holds_nobody(provider, peer):
    peer.run("fault", kind="drip", seconds=0.05, count=1)
    with make_gateway(provider, peer.url, timeout=0.5) as gateway:
        started = time.monotonic()
        with pytest.raises(Uncertain):
            gateway.send(make_message())
        assert time.monotonic() - started < 2
        assert gateway.send(make_message("next")).id


def test_a_yes_without_an_id_is_uncertain(gateway, peer):
    peer.run("fault", kind="nameless")
    sent = gateway.send(make_message())
    assert sent.uncertain and not sent.id


def test_who_says_how_long_to_wait_is_heard(provider, gateway, peer):
    peer.run("fault", kind="throttled", seconds=17)
    with pytest.raises(Throttled) as caught:
        gateway.send(make_message())
    # Fonnte's own words come before its header.
    assert caught.value.after == (60 if provider == "fonnte" else 17)
    assert not caught.value.recipient_only


def test_a_provider_that_is_not_there_got_nothing(provider):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
        with make_gateway(provider, url) as gateway, pytest.raises(Unreachable):
            gateway.send(make_message())


def test_an_address_that_is_none_got_nothing(provider):
    for url in ("nowhere", "http://", "ftp://127.0.0.1", "http://[::bad"):
        with make_gateway(provider, url) as gateway, pytest.raises(Unreachable):
            gateway.send(make_message())


def test_encryption_that_does_not_begin_sent_nothing(provider, peer):
    """Whether the other end breaks it off, or never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        for port in (peer.port, server.getsockname()[1]):
            url = f"https://127.0.0.1:{port}"
            with make_gateway(provider, url, timeout=0.3) as gateway:
                with pytest.raises(Unreachable):
                    gateway.send(make_message())


def test_a_page_of_something_else_got_nothing(provider, peer):
    with make_gateway(provider, f"{peer.url}/elsewhere") as gateway:
        with pytest.raises((Unreachable, Banned, Refused)):
            gateway.send(make_message())
    assert not peer.peer.received


def test_a_wrong_token_stops_the_number(provider, peer):
    with make_gateway(provider, peer.url, token="wrong") as gateway:
        with pytest.raises(Banned):
            gateway.send(make_message())
        if provider != "wablas":
            with pytest.raises(Banned):
                gateway.check()


def test_a_token_that_no_header_takes_sends_nothing(provider, peer):
    for wrong in ("a\r\nX: y", "€uro-tokén-日本"):
        with make_gateway(provider, peer.url, token=wrong) as gateway:
            with pytest.raises((Unreachable, Banned)):
                gateway.send(make_message())
    assert not peer.peer.received


def test_no_error_tells_a_secret(provider, peer):
    """The exceptions of `requests` have whole addresses in them."""
    texts = []
    for url in (peer.url, "http://127.0.0.1:1", "nowhere"):
        for kind in ("", "banned", "down", "cut"):
            if kind:
                peer.run("fault", kind=kind, count=1)
            with make_gateway(provider, url) as gateway:
                for act in (lambda g: g.send(make_message()), lambda g: g.check()):
                    try:
                        act(gateway)
                    except GatewayError as error:
                        texts.append(f"{error} {error.text} {error.__cause__}")
                        assert error.__suppress_context__ or not error.__context__
            peer.run("heal")
    values = SETTINGS[provider]
    secrets = [values[name] for name in ("token", "secret") if name in values]
    assert texts and not [t for t in texts for secret in secrets if secret in t]


def test_what_is_no_number_is_refused_before_it_goes(gateway, peer):
    for to in ("", "0812", "+6281234567890", "62812 345678", "6" * 16, "٦٢٨١٢٣٤٥٦٧٨"):
        with pytest.raises(Refused):
            gateway.send(make_message(to=to))
    assert peer.peer.requests == 0


def test_a_text_that_is_empty_or_too_long_is_refused_before_it_goes(gateway, peer):
    for text in ("", " \n\x00", "x" * 70000):
        with pytest.raises(Refused):
            gateway.send(make_message(text))
    assert peer.peer.requests == 0


def test_control_characters_do_not_go_out(gateway, peer):
    gateway.send(make_message("a\x00b\x1b[31m\u202ec\r\nd\ud800"))
    assert peer.peer.received[0].text == "ab[31mc\nd"


def test_a_document_goes_as_file_or_as_link(provider, gateway, peer):
    gateway.send(make_message("Terlampir", document_url=URL, file_name="INV-1.pdf"))
    (received,) = peer.peer.received
    if provider == "meta":
        assert (received.text, received.document) == ("Terlampir", URL)
    else:
        assert received.text == f"Terlampir\n\n{URL}"


def test_a_link_that_stands_in_the_text_is_not_repeated(provider, gateway, peer):
    text = f"Lihat {URL}"
    gateway.send(make_message(text, document_url=URL))
    assert peer.peer.received[0].text == text


@pytest.mark.parametrize("name", ["waha", "fonnte"])
def test_a_package_with_files_sends_files(name):
    with Background(name) as peer, make_gateway(name, peer.url, send_files=1) as sender:
        sender.send(make_message("Tagihan", document_url=URL, file_name="INV-1.pdf"))
        (received,) = peer.peer.received
    assert (received.text, received.document) == ("Tagihan", URL)


def test_check_says_how_the_number_is(gateway, peer):
    health = gateway.check()
    assert health.works and health.number == "6281100000001"
    peer.run("setting", works=False)
    health = gateway.check()
    assert not health.works and health.state
    assert not peer.peer.received


@pytest.mark.parametrize("name", ["waha", "fonnte", "wablas"])
def test_a_number_that_is_logged_out_stops(name):
    with Background(name) as peer, make_gateway(name, peer.url) as gateway:
        peer.run("setting", works=False)
        with pytest.raises(Banned):
            gateway.send(make_message())


def test_many_at_once_go_each_once(gateway, peer):
    texts = [f"Tagihan {number}" for number in range(200)]
    with ThreadPoolExecutor(20) as pool:
        sent = list(pool.map(lambda t: gateway.send(make_message(t, key=t)), texts))
    assert len({item.id for item in sent}) == 200
    assert sorted(item.text for item in peer.peer.received) == sorted(texts)
    assert peer.run("counts")["doubled"] == []


def test_the_timeout_is_one_number(gateway, monkeypatch):
    """Odoo's tests stand between us and `requests`, and compare it with a number."""
    timeouts, send = [], requests.Session.send

    def watch(session, request, **options):
        timeouts.append(options["timeout"] < 10)
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", watch)
    gateway.send(make_message())
    assert timeouts == [True]


def test_settings_that_are_missing_are_named(provider):
    needs = list(GATEWAYS[provider].needs)
    assert get_gateway(provider, {}).find_missing() == needs and needs
    assert make_gateway(provider, "http://127.0.0.1:1").find_missing() == []


def test_many_are_on_the_wire_at_once():
    """How many a second, `make bench BENCH=notices` says; one after the other it were
    20."""
    with Process("wablas", latency=0.05) as peer:
        with make_gateway("wablas", peer.url) as gateway:
            started = time.perf_counter()
            with ThreadPoolExecutor(40) as pool:
                messages = (make_message(f"Nr {n}", key=str(n)) for n in range(600))
                list(pool.map(gateway.send, messages))
            rate = 600 / (time.perf_counter() - started)
        counts = peer.control.counts()
    assert (counts["messages"], counts["doubled"]) == (600, [])
    assert rate > 60


# What Meta alone has


@pytest.fixture
def meta():
    with Background("meta") as peer, make_gateway("meta", peer.url) as gateway:
        yield gateway, peer


def test_a_template_is_filled_in(meta):
    gateway, peer = meta
    values = {"template": "invoice", "parameters": ["Budi\nSanti", "INV\t1", ""]}
    gateway.send(make_message("", language="id", document_url=URL, **values))
    (received,) = peer.peer.received
    assert received.text == "Halo Budi Santi, tagihan INV 1: -"
    assert (received.template, received.document) == ("invoice", URL)


@pytest.mark.parametrize(
    ("template", "parameters", "code"),
    [
        ("nowhere", [], "132001"),
        ("reminder", ["a", "b"], "132015"),
        ("invoice", ["a"], "132000"),
    ],
)
def test_a_template_that_does_not_fit_is_refused(meta, template, parameters, code):
    gateway, _peer = meta
    values = {"template": template, "language": "id", "parameters": parameters}
    with pytest.raises(Refused) as caught:
        gateway.send(make_message("", **values))
    assert caught.value.code == code


def test_templates_are_read_with_what_meta_thinks_of_them(meta):
    gateway, _peer = meta
    found = {item.name: item for item in gateway.get_templates()}
    states = {name: item.state for name, item in found.items()}
    assert states == {
        "invoice": "approved",
        "reminder": "pending",
        "promo": "rejected",
    }
    assert found["invoice"].parameters == 3 and not found["invoice"].reason
    assert found["promo"].reason == "SCAM"
    assert gateway.submit_template("x", "id", "Halo {{1}}", ["Budi"]) == "pending"


def test_one_person_who_gets_too_much_does_not_stop_the_others(meta):
    gateway, peer = meta
    peer.run("fault", kind="pair")
    with pytest.raises(Throttled) as caught:
        gateway.send(make_message())
    assert caught.value.recipient_only


def test_a_text_too_long_for_a_caption_takes_the_link_in(meta):
    gateway, peer = meta
    gateway.send(make_message("x" * 1025, document_url=URL))
    assert peer.peer.received[0].text == "x" * 1025 + f"\n\n{URL}"


# What WAHA alone has


@pytest.mark.parametrize("engine", ["WEBJS", "NOWEB", "GOWS"])
def test_all_engines_tell_the_same_id(engine):
    with Background("waha") as peer, make_gateway("waha", peer.url) as gateway:
        peer.run("setting", engine=engine)
        assert gateway.send(Outgoing(TO, "Halo")).id == peer.peer.received[0].id


def test_a_hidden_number_is_asked_for():
    with Background("waha") as peer, make_gateway("waha", peer.url) as gateway:
        assert gateway.get_number("98765432101234@lid") == "6281200000009"
        assert gateway.get_number("1@lid") == ""
