"""Both logins, TLS, latency, faults, power, memory, speed."""

import socket
import ssl
import time

import librouteros
import pytest
from librouteros.exceptions import ConnectionClosed, FatalError, LibRouterosError

from simulator.control import Process


def test_the_older_login(connect):
    api = connect(login_method=librouteros.token)
    assert list(api("/system/identity/print")) == [{"name": "SIM-1"}]


def test_the_older_login_with_a_wrong_password(connect):
    with pytest.raises(LibRouterosError, match="invalid user name"):
        connect(password="x", login_method=librouteros.token)


def tls(ciphers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if ciphers:
        context.set_ciphers(ciphers)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def get_certificate(sim):
    api = librouteros.connect(
        "127.0.0.1",
        "admin",
        "admin",
        port=sim.routers[0]["tls"],
        ssl_wrapper=tls().wrap_socket,
    )
    certificate = api.protocol.transport.sock.getpeercert(binary_form=True)
    api.close()
    return certificate


def test_tls_with_a_certificate_that_changes(sim):
    before = get_certificate(sim)
    assert get_certificate(sim) == before
    sim.control.certificate(router=0)
    assert get_certificate(sim) != before


def test_tls_without_a_certificate(sim, connect):
    sim.control.certificate(router=0, kind="anonymous")
    wrapper = tls("ADH:@SECLEVEL=0").wrap_socket
    api = connect(port=sim.routers[0]["tls"], ssl_wrapper=wrapper)
    assert list(api("/certificate/print")) == []


def test_a_port_that_is_closed_is_not_described(sim):
    port = sim.routers[0]["tls"]
    sim.control.certificate(router=0, kind="none")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)
    assert set(sim.control.describe()["routers"][0]) == {"name", "plain"}


def test_latency_is_of_the_way_not_of_the_command(sim, api):
    sim.control.latency(router=0, seconds=0.1)
    begin = time.monotonic()
    for number in range(20):
        api.protocol.writeSentence("/system/identity/print", f".tag={number}")
    for _sentence in range(40):
        api.protocol.readSentence()
    assert 0.1 <= time.monotonic() - begin < 0.6


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "silent"}, TimeoutError),
        ({"kind": "undone"}, ConnectionClosed),
        ({"kind": "torn"}, ConnectionClosed),
        ({"kind": "fatal", "text": "out of memory"}, FatalError),
        ({"kind": "trap", "text": "disk full"}, LibRouterosError),
        ({"kind": "noise"}, (LibRouterosError, IndexError, TimeoutError)),
    ],
)
def test_faults_befall_one_command_and_no_other_router(sim, connect, fault, error):
    api = connect(timeout=0.5)
    sim.control.fault(router=0, path="/ppp/secret", count=1, **fault)
    assert list(api("/system/identity/print"))
    with pytest.raises(error):
        list(api("/ppp/secret/add", name="budi"))
    other = connect(port=sim.routers[1]["plain"])
    other.path("ppp/secret").add(name="budi")
    list(connect()("/ppp/secret/print"))


def test_what_is_torn_was_done_and_what_is_undone_was_not(sim, connect):
    for kind in ("torn", "undone"):
        sim.control.fault(router=0, path="/ppp/secret/add", count=1, kind=kind)
        with pytest.raises(ConnectionClosed):
            list(connect()("/ppp/secret/add", name=kind))
    assert [r["name"] for r in sim.control.rows(router=0, path="/ppp/secret")] == [
        "torn"
    ]


def test_a_router_without_power_refuses_and_keeps_its_port(sim, connect):
    sim.control.power(router=0, on=False)
    with pytest.raises(ConnectionRefusedError):
        connect()
    sim.control.power(router=0, on=True)
    connect()


def test_a_device_dials_until_it_is_let_through(sim, api):
    secrets, active = api.path("ppp/secret"), api.path("ppp/active")
    api.path("ppp/profile").add(name="isolated", **{"address-list": "isolir"})
    sim.control.switch_on(router=0, names=["budi"])
    id_ = secrets.add(name="budi", **{"remote-address": "10.0.0.7"})
    (session,) = active
    assert (session["name"], session["address"]) == ("budi", "10.0.0.7")
    secrets.update(**{".id": id_, "profile": "isolated"})
    assert [row[".id"] for row in active] == [session[".id"]]
    active.remove(session[".id"])
    (again,) = active
    assert again[".id"] != session[".id"]
    (entry,) = api.path("ip/firewall/address-list")
    assert (entry["address"], entry["dynamic"]) == ("10.0.0.7", True)
    secrets.update(**{".id": id_, "disabled": True})
    active.remove(again[".id"])
    assert not list(active) and not list(api.path("ip/firewall/address-list"))
    sim.control.switch_off(router=0, names=["budi"])


def test_memory_survives_the_process(tmp_path):
    with Process(f"--state={tmp_path}", "--secrets=3", "--user=isp") as process:
        api = _connect(process)
        api.path("ppp/secret").remove("*1")
        api.path("ppp/secret").add(name="é\U0001f600")
        api.close()
        before = process.control.rows(router=0, path="/ppp/secret")
    with Process(f"--state={tmp_path}", "--secrets=3") as process:
        assert process.control.rows(router=0, path="/ppp/secret") == before
        assert _connect(process).path("ppp/secret").add(name="x") == "*5"


def _connect(process, encoding="utf-8"):
    port = process.routers[0]["plain"]
    user = "isp"
    return librouteros.connect("127.0.0.1", user, "admin", port=port, encoding=encoding)


def test_twenty_thousand_secrets_in_a_few_seconds():
    with Process("--secrets=20000", "--user=isp") as process:
        api = _connect(process)
        begin = time.monotonic()
        words = ("=.proplist=.id,name,profile,disabled,comment",)
        rows = list(api.rawCmd("/ppp/secret/print", *words))
        reading = time.monotonic() - begin
        begin = time.monotonic()
        for start in range(1, 4001, 250):
            for number in range(start, start + 250):
                api.protocol.writeSentence(
                    "/ppp/secret/set", f"=.id=*{number:X}", "=disabled=yes"
                )
            for _reply in range(250):
                assert api.protocol.readSentence()[0] == "!done"
        writing = 4000 / (time.monotonic() - begin)
    assert len(rows) == 20000 and reading < 8
    assert writing > 1000
