"""Each thing that can be wrong with a machine is told with its remedy."""

import errno
import signal
import socket
import subprocess
import sys
from collections import namedtuple

import pytest

from tools import __main__ as entry
from tools import bench, commands, demo, odoo, postgres, process, setup
from tools import freeradius as freeradius_process
from tools.console import Failure
from tools.setup import debian, freeradius, node, odoo_source, virtualenv


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
        with pytest.raises(Failure) as failure:
            process.require_port(port, is_chosen=False)
        assert "PORT=" not in str(failure.value), "of the demo's routers it is fixed"


def test_free_port_is_accepted():
    process.require_port(process.free_port())


@pytest.mark.parametrize("text", ["http", "0", "70000"])
def test_port_that_is_none(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Failure, match="PORT=.* is no port"):
        demo._port()


def test_benchmark_that_there_is_not():
    with pytest.raises(Failure, match="no benchmark 'x'; BENCH may be: .*billing_run"):
        bench.run(["billing_run", "x"])


def test_disk_too_full_for_the_set_up(monkeypatch):
    usage = namedtuple("usage", "free")(100 * 2**20)
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Failure, match="only 100 MB are free.*larger disk"):
        setup.require_disk(setup.DATABASES_MB)


def test_what_is_there_needs_no_disk(monkeypatch, tmp_path):
    needed = []
    monkeypatch.setattr(setup, "VAR", tmp_path)
    monkeypatch.setattr(setup, "require_disk", needed.append)
    parts = (virtualenv, True), (odoo_source, False), (freeradius, True), (node, True)
    for part, there in parts:
        monkeypatch.setattr(part, "is_ready", lambda there=there: there)
        monkeypatch.setattr(part, "get", lambda label: None)
        monkeypatch.setattr(part, "remove_remains", lambda: None)
    setup.ensure(with_node=True)
    assert needed == [setup.DATABASES_MB + odoo_source.NEEDED_MB]


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (virtualenv, "VENV"),
        (node, "NODE"),
        (odoo_source, "FRESH"),
        (freeradius.UNPACKED, "fresh"),
    ],
)
def test_remains_of_a_broken_attempt_do_not_fill_the_disk(
    monkeypatch, tmp_path, part, name
):
    remains = tmp_path / "remains"
    remains.mkdir()
    monkeypatch.setattr(part, name, remains)
    monkeypatch.setattr(part, "STAMP", tmp_path / "installed", raising=False)
    part.remove_remains()
    assert not remains.exists()


@pytest.mark.parametrize("part", [virtualenv, node])
def test_what_is_complete_stays(monkeypatch, tmp_path, part):
    stamp = tmp_path / "installed"
    stamp.touch()
    monkeypatch.setattr(part, {virtualenv: "VENV", node: "NODE"}[part], tmp_path)
    monkeypatch.setattr(part, "STAMP", stamp)
    part.remove_remains()
    assert stamp.exists()


def test_disk_that_fills_up_under_our_own_files(monkeypatch, capsys):
    def write():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(commands.COMMANDS, "setup", write)
    assert commands.dispatch(["setup"]) == 1
    assert "disk is full: free some space" in capsys.readouterr().err


def test_other_errors_of_the_system_keep_their_traceback(monkeypatch):
    def write():
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setitem(commands.COMMANDS, "setup", write)
    with pytest.raises(OSError, match="Input/output"):
        commands.dispatch(["setup"])


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution", "check it"),
        ("npm error code ENOTFOUND", "check it"),
        ("ConnectTimeoutError(Connection to pypi.org timed out)", "check it"),
        ("ProxyError(Cannot connect to proxy., Tunnel failed: 407)", "check it"),
    ],
)
def test_program_that_fails_for_a_known_reason(output, advice):
    with pytest.raises(Failure, match=f"trying failed:\n.*\n.*{advice}"):
        process.run(["sh", "-c", f"echo '{output}'; exit 1"], "trying")


def test_failure_of_a_known_reason_is_short():
    output = "\n".join(["much"] * 20 + ["No space left on device"] + ["more"] * 9)
    told = str(process.failure("trying", output)).splitlines()
    assert told == [
        "trying failed:",
        "No space left on device",
        *["more"] * 3,
        process.FULL_DISK,
    ]


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
    monkeypatch.setattr(debian, "run", lambda *args, **options: "")
    for part in (odoo_source, freeradius):
        with pytest.raises(Failure, match=part.REMEDY):
            debian.mirror("it", part.REMEDY)


def test_freeradius_that_does_not_start_shows_its_log(tmp_path):
    server = freeradius_process.Server(tmp_path, tmp_path / "radius.log")
    server.configuration.mkdir()
    (server.configuration / "radiusd.conf").write_text("no such { thing")
    with pytest.raises(Failure, match="(?s)FreeRADIUS does not start.*radiusd.conf"):
        server.start()


def test_odoo_that_does_not_start_shows_its_log(tmp_path):
    server = odoo.Server("x", process.free_port(), tmp_path / "odoo.log")
    server.log.write_text("the reason")
    server.process = subprocess.Popen(["false"])
    server.process.wait()
    with pytest.raises(Failure, match="the reason"):
        server._wait_until_ready()


@pytest.fixture
def slow_program(monkeypatch):
    """Every Odoo is a program that never answers, and Ctrl-C is pressed meanwhile."""

    def interrupt(_server):
        raise KeyboardInterrupt

    monkeypatch.setattr(odoo, "command", lambda *arguments: ["sleep", "600"])
    monkeypatch.setattr(odoo, "environment", lambda: None)
    monkeypatch.setattr(odoo.Server, "answers", interrupt)


def test_odoo_interrupted_while_it_starts_is_ended(slow_program, tmp_path):
    server = odoo.Server("x", 0, tmp_path / "odoo.log")
    with pytest.raises(KeyboardInterrupt):
        server.start(start_new_session=True)
    assert server.process.returncode == -signal.SIGKILL


def test_demo_interrupted_while_it_starts_leaves_nothing_running(
    slow_program, monkeypatch, tmp_path, request
):
    for name in ("PID_FILE", "RADIUS_PID_FILE", "SIMULATOR_PID_FILE", "ODOO_LOG"):
        monkeypatch.setattr(demo, name, tmp_path / name)
    monkeypatch.setattr(odoo, "write_config", lambda: None)
    monkeypatch.setattr(demo.databases, "build", lambda *arguments: None)
    monkeypatch.setattr(demo, "update", lambda: None)
    monkeypatch.setenv("PORT", str(process.free_port()))
    sleep = [sys.executable, "-c", "import time; time.sleep(600)", "simulator"]
    routers = subprocess.Popen(sleep)
    request.addfinalizer(routers.kill)
    monkeypatch.setattr(demo.simulator, "start", lambda: routers)
    with pytest.raises(KeyboardInterrupt):
        demo.run()
    assert routers.wait(5) == -signal.SIGTERM
