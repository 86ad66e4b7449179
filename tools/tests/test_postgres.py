"""The private cluster for real: made, killed, started again, in awkward places."""

import os
import signal
import time

import pytest

from tools import databases, postgres, process


@pytest.fixture(params=["pg", "d" * 100], ids=["short path", "deep folder"])
def cluster(request, tmp_path, monkeypatch, locks):
    """A cluster of its own in a folder that, under root, others may not enter."""
    folder = tmp_path / request.param
    monkeypatch.setattr(postgres, "CLUSTER", folder)
    monkeypatch.setattr(postgres, "DATA", folder / "data")
    monkeypatch.setattr(postgres, "SERVER_LOG", folder / "server.log")
    yield folder
    postgres.stop()


def postmaster():
    return int((postgres.DATA / "postmaster.pid").read_text().split()[0])


def test_killed_server_comes_back_with_its_databases(cluster):
    postgres.start()
    databases.query("CREATE DATABASE kept")
    pid = postmaster()
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while process.is_alive(pid) or postgres.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    postgres.start()
    assert databases.exists("kept")
    assert postgres.stop()
    assert not postgres.stop()


def test_process_number_of_a_dead_server_that_another_program_has(cluster):
    postgres.start()
    postgres.stop()
    (postgres.DATA / "postmaster.pid").write_text(f"{os.getppid()}\n{postgres.DATA}\n")
    postgres.start()
    assert postgres.is_running()


def test_interrupted_creation_of_the_cluster(cluster):
    half = cluster / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15")
    postgres.start()
    assert postgres.is_running()
