"""`sim`: two routers in a process of their own; every test finds them healthy.

`isp_notice` may be imported here without Odoo, as far as it needs none.
"""

import sys
import types
from contextlib import closing
from pathlib import Path

import librouteros
import pytest

from simulator.control import Process

ADMIN = ("admin", "admin")

# The package without its __init__.py, which loads models.
notice = types.ModuleType("isp_notice")
notice.__path__ = [str(Path(__file__).resolve().parents[2] / "isp_notice")]
sys.modules["isp_notice"] = notice


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
