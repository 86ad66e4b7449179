"""Each thing that can be wrong with a machine is told with its remedy."""

import socket
import subprocess
from collections import namedtuple

import pytest

from tools import __main__ as entry
from tools import demo, odoo, postgres, process, setup
from tools.console import Failure
from tools.setup import odoo_source


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 14, 0), (2, 7, 18)])
def test_wrong_python(version):
    with pytest.raises(SystemExit, match=r"3\.10 to 3\.13.*PYTHON="):
        entry.check_python(version)


@pytest.mark.parametrize("version", [(3, 10, 0), (3, 13, 9)])
def test_right_python(version):
    entry.check_python(version)


def test_port_taken_names_owner_and_remedy():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(
            Failure, match=rf"{port} is taken by .*\d+\).*PORT={port + 1}"
        ):
            process.require_port(port)


def test_free_port_is_accepted():
    process.require_port(process.free_port())


@pytest.mark.parametrize("text", ["http", "0", "70000"])
def test_port_that_is_none(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Failure, match="PORT=.* is no port"):
        demo._port()


def test_disk_too_full_for_the_set_up(monkeypatch):
    usage = namedtuple("usage", "free")(100 * 2**20)
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Failure, match="only 100 MB are free.*larger disk"):
        setup.require_disk()


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution", "check it"),
        ("npm error code ENOTFOUND", "check it"),
    ],
)
def test_program_that_fails_for_a_known_reason(output, advice):
    with pytest.raises(Failure, match=f"trying failed:\n.*\n.*{advice}"):
        process.run(["sh", "-c", f"echo '{output}'; exit 1"], "trying")


def test_cluster_of_another_owner(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "DATA", tmp_path)
    monkeypatch.setattr(postgres, "server_user", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(Failure, match="belongs to user .* Run the command"):
        postgres.check_owner()


def test_cluster_of_our_own(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "DATA", tmp_path)
    monkeypatch.setattr(postgres, "server_user", lambda: tmp_path.stat().st_uid)
    postgres.check_owner()


def test_own_server_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises(Failure, match="PGHOST=.* cannot be used.*(?s:.*)unset PGHOST"):
        postgres.environment()


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        ("120000|isp|t", "PostgreSQL 13 or later"),
        ("150000|postgres|t", "createuser"),
        ("150000|isp|f", "CREATEDB"),
    ],
)
def test_own_server_that_does_not_do(monkeypatch, answer, remedy):
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setattr(process, "run", lambda *args, **options: answer)
    with pytest.raises(Failure, match=remedy):
        postgres.environment()


def test_own_server_that_does(monkeypatch):
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setattr(process, "run", lambda *args, **options: "150000|isp|t\n")
    assert postgres.environment() == {}


def test_socket_moves_when_the_project_lies_deep(monkeypatch, tmp_path):
    deep = tmp_path / ("d" * 100)
    monkeypatch.setattr(postgres, "CLUSTER", deep)
    folder = postgres.socket_folder()
    assert str(folder).startswith("/tmp/isp-pg-")
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path / "pg")
    if len(str(tmp_path)) < 80:
        assert postgres.socket_folder() == tmp_path / "pg/run"


@pytest.mark.parametrize(
    ("release", "what"),
    [(None, "no Odoo"), ("version_info = (18, 0, 0, FINAL, 0, '')", "Odoo 18")],
)
def test_odoo_home_that_is_not_odoo_19(tmp_path, release, what):
    if release:
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo/release.py").write_text(release)
    with pytest.raises(Failure, match=f"{what}.*unset ODOO_HOME"):
        odoo_source.check_home(tmp_path)


def test_odoo_home_that_is(monkeypatch, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "addons/web").mkdir(parents=True)
    (tmp_path / "odoo/release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    assert odoo_source.is_ready()
    assert odoo_source.addons_paths() == [tmp_path / "addons"]


def test_pinned_odoo_has_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(process, "run", lambda *args, **options: "odoo-19 | 19.1 | sid")
    monkeypatch.setattr(odoo_source, "run", process.run)
    with pytest.raises(Failure, match="no longer has odoo-19 .*ODOO_HOME"):
        odoo_source._download([], tmp_path)


def test_no_mirror(monkeypatch):
    monkeypatch.setattr(odoo_source, "run", lambda *args, **options: "")
    with pytest.raises(Failure, match="ODOO_HOME"):
        odoo_source._mirror()


def test_odoo_that_does_not_start_shows_its_log(tmp_path):
    server = odoo.Server("x", process.free_port(), tmp_path / "odoo.log")
    server.log.write_text("the reason")
    server.process = subprocess.Popen(["false"])
    server.process.wait()
    with pytest.raises(Failure, match="the reason"):
        server._wait_until_ready()
