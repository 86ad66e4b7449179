"""tools/bootstrap.sh on machines made of fake programs: what it asks and says."""

import os
import shutil
import subprocess

import pytest

REAL_PROGRAMS = ("sh", "sed", "grep", "tail", "awk", "env", "mkdir", "dirname", "cat")


class Machine:
    """A folder of programs that is the whole PATH, and a copy of the project in it."""

    def __init__(self, folder, root):
        self.programs, self.project = folder / "bin", folder / "project"
        self.debian = folder / "debian"
        self.programs.mkdir()
        self.debian.mkdir()
        (self.project / "tools").mkdir(parents=True)
        for name in ("bootstrap.sh", "debian-packages.txt"):
            shutil.copy(root / "tools" / name, self.project / "tools")
        for name in REAL_PROGRAMS:
            (self.programs / name).symlink_to(shutil.which(name))
        self.has("dpkg-query", "echo not-installed")
        self.has("df", "echo; echo disk 9 0 90000000 0 /")
        self.has("id", "echo 1000")
        self.has("apt-get", "echo called apt-get $@")
        self.has("python3", "echo python3 $@")

    def has(self, name, script, folder=None):
        program = (folder or self.programs) / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def lacks(self, name):
        (self.programs / name).unlink()

    def bootstrap(self, **environment):
        # The script adds the system's folders to PATH; here they are left out.
        script = self.project / "tools/bootstrap.sh"
        own_path = f'export PATH="{self.programs}"'
        # Debian's Python is that of the folder `debian`.
        text = script.read_text().replace(
            "=/usr/bin/python3\n", f"={self.debian}/python3\n"
        )
        lines = text.splitlines()
        script.write_text(
            "\n".join(own_path if "export PATH" in line else line for line in lines)
        )
        return subprocess.run(
            [self.programs / "sh", script, "run"],
            env={"PATH": str(self.programs), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path, root):
    return Machine(tmp_path, root)


def test_complete_machine_asks_for_nothing(machine):
    machine.has("dpkg-query", "echo installed")
    machine.lacks("apt-get")
    done = machine.bootstrap()
    assert (done.returncode, done.stdout) == (0, "python3 -m tools run\n")


def test_pghost_needs_no_server_package(machine):
    machine.has(
        "dpkg-query", 'case "$*" in *" postgresql") ;; *) echo installed ;; esac'
    )
    assert machine.bootstrap(PGHOST="db").returncode == 0
    assert machine.bootstrap().returncode == 1


def test_no_debian(machine):
    machine.lacks("apt-get")
    done = machine.bootstrap()
    assert "not a Debian system" in done.stderr
    assert "tools/debian-packages.txt" in done.stderr


def test_disk_too_full(machine):
    machine.has("df", "echo; echo disk 9 0 1024000 0 /")
    done = machine.bootstrap()
    assert "only 1000 MB are free" in done.stderr
    assert "larger disk" in done.stderr


def test_no_sudo(machine):
    done = machine.bootstrap()
    assert "needs root" in done.stderr
    assert "apt-get update && apt-get install" in done.stderr
    assert not (machine.project / "var").exists()


def test_user_who_may_not_use_sudo(machine):
    machine.has("sudo", "exit 1")
    assert "may use sudo" in machine.bootstrap().stderr


def test_sudo_installs(machine):
    machine.has("sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    assert "python3 -m tools run" in done.stdout


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("E: Failed to fetch http://mirror/x Could not resolve", "Check the network"),
        ("E: Unable to locate package chromium", "Check the network"),
        ("No space left on device", "disk is full"),
        ("E: dpkg was interrupted, run 'dpkg --configure -a'", "run 'dpkg --conf"),
        # A mirror of the user's that is down is not why the rest fails.
        ("W: Failed to fetch x\nE: Could not get lock", "E: Could not get lock"),
    ],
)
def test_apt_fails(machine, message, remedy):
    machine.has("id", "echo 0")
    machine.has("apt-get", f'echo "{message}"; exit 100')
    done = machine.bootstrap()
    assert done.returncode == 1
    assert remedy in done.stderr
    assert "packages.log" in done.stderr


def test_disk_fills_up_while_apt_works(machine):
    full = machine.project / "full"
    machine.has("id", "echo 0")
    machine.has(
        "df", f"[ -e {full} ] && echo && echo d 9 0 0 0 / || echo '\nd 9 0 9e9'"
    )
    machine.has("apt-get", f": >{full}; exit 100")
    assert "disk is full" in machine.bootstrap().stderr


def test_progress_of_apt(machine):
    machine.has("id", "echo 0")
    lines = "dlstatus:1:5.0:a\ndlstatus:1:8.0:a\npmstatus:python3:55.5:Installing"
    machine.has("apt-get", f"printf '{lines}\\n'")
    done = machine.bootstrap()
    shown = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert shown == ["  downloading: 5 %", "  installing: 55 %"]


def test_python_of_debian_comes_first(machine):
    machine.has("dpkg-query", "echo installed")
    machine.has("python3", "echo python of Debian $@", machine.debian)
    assert machine.bootstrap().stdout == "python of Debian -m tools run\n"


def test_python_can_be_named(machine):
    machine.has("dpkg-query", "echo installed")
    machine.has("python3.12", "echo the other python $@")
    done = machine.bootstrap(PYTHON="python3.12")
    assert done.stdout == "the other python -m tools run\n"


@pytest.mark.parametrize("python", ["python3.12", "/", "broken"])
def test_python_that_does_not_run(machine, python):
    machine.has("dpkg-query", "echo installed")
    machine.has("broken", "exit 127")
    done = machine.bootstrap(PYTHON=python)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"PYTHON={python} does not run" in done.stderr
    assert "make run PYTHON=/usr/bin/python3" in done.stderr


def test_script_is_executable(root):
    assert os.access(root / "tools/bootstrap.sh", os.X_OK)
