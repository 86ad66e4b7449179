"""What several people do at once with secrets leaves none of them in a log."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.client import Client, RemoteError
from tools.postgres import SERVER_LOG

PEOPLE, TIMES = 6, 5


@pytest.fixture(scope="module")
def talkative(server):
    """The server, of which PostgreSQL logs all statements, not only what fails."""
    server.query(
        f'ALTER DATABASE "{server.database}" SET log_min_duration_statement = 0'
    )
    server.stop()
    server.start()
    return server


def _read_logs(server, since):
    text = server.log.read_text()
    if SERVER_LOG.exists():
        text += SERVER_LOG.read_bytes()[since:].decode(errors="replace")
    return text


def _try(client, *args, **kwargs):
    try:
        client.call(*args, **kwargs)
    except RemoteError as error:
        return error.name
    return None


def test_no_log_has_what_was_written(talkative):
    server, mark = talkative, f"Mark{secrets.token_hex(4)}"
    since = SERVER_LOG.stat().st_size if SERVER_LOG.exists() else 0
    engineer = server.client("network")
    (service,) = engineer.find(
        "isp.service", [["access", "=", "open"]], "username", limit=1, order="id"
    )
    taken, other = engineer.find(
        "isp.router", [["use_radius", "=", True]], "address", limit=2, order="id"
    )
    values = {
        "address": taken["address"],
        "radius_secret": f"{mark}0123456789",
        "api_password": f"{mark}-api",
    }
    assert _try(engineer, "isp.router", "create", [{"name": "Twice", **values}])
    assert _try(engineer, "isp.router", "write", [other["id"]], values)

    clients = [
        Client(server.url, server.database, "network", "network")
        for _n in range(PEOPLE)
    ]

    def change(number):
        for turn in range(TIMES):
            wizard = clients[number].create(
                "isp.service.credentials",
                service_id=service["id"],
                username=service["username"],
                password=f"{mark}p{number}{turn}",
            )
            _try(clients[number], "isp.service.credentials", "action_apply", [wizard])

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(change, range(PEOPLE)))
    kept = engineer.call("isp.service", "isp_reveal", [service["id"]], "password")
    assert kept.startswith(mark), "they were changed"
    logs = _read_logs(server, since)
    assert "isp_vault" in logs, "every statement was logged"
    assert mark not in logs
