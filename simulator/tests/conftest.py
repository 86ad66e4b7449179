"""`sim`: two routers in a process of their own; every test finds them healthy."""

from contextlib import closing

import librouteros
import pytest

from simulator.control import Process

ADMIN = ("admin", "admin")


@pytest.fixture(scope="session")
def simulator():
    with Process("--routers=2") as process:
        yield process


@pytest.fixture
def sim(simulator):
    yield simulator
    for router in range(2):
        simulator.control.heal(router=router)
        simulator.control.latency(router=router, seconds=0)
        simulator.control.certificate(router=router)
        for path in ("/ppp/secret", "/queue/simple", "/ip/firewall/address-list"):
            simulator.control.reset(router=router, path=path)


@pytest.fixture
def connect(sim):
    """`connect()` is a librouteros Api of router 0; keywords go to its `connect`."""
    opened = []

    def connect_to(user="admin", password="admin", port=None, **options):
        options = {"encoding": "utf-8", "timeout": 5, **options}
        port = port or sim.routers[0]["plain"]
        api = librouteros.connect("127.0.0.1", user, password, port=port, **options)
        opened.append(api)
        return api

    yield connect_to
    for api in opened:
        with closing(api):
            pass


@pytest.fixture
def api(connect):
    return connect()
