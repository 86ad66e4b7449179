"""Starting other programs: output to a log, failures with their remedy."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from .console import Failure
from .layout import LOCKS, shown

LONGEST = 50 * 60  # seconds for one program; `make test` has 90 minutes
PATIENCE = 10  # seconds for it to say where it stands

FULL_DISK = "The disk is full: free some space and run the command again."

# What a failing program prints, and what the user can do about it.
REMEDIES = (
    (
        r"No space left on device|Disk quota exceeded",
        FULL_DISK,
    ),
    (
        r"Temporary failure in name resolution|Temporary failure resolving"
        r"|Could not resolve|Could not connect|Network is unreachable|ENOTFOUND"
        r"|EAI_AGAIN|ECONNREFUSED|Failed to establish a new connection"
        r"|NameResolutionError|ConnectTimeoutError|Read timed out|ETIMEDOUT"
        r"|ECONNRESET|Cannot connect to proxy|Failed to fetch",
        "The network cannot be reached: check it (or the proxy) and run the command "
        "again.",
    ),
)


def run(command, what, **options):
    """Run `command` and return its output (stdout and stderr together).

    :raises Failure: when it fails, with its last lines and the remedy
    """
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL if "input" not in options else None,
        text=True,
        check=False,
        **options,
    )
    if done.returncode:
        raise failure(what, done.stdout)
    return done.stdout


def run_with_progress(command, what, on_line, log, **options):
    """Like `run`, with each line of output given to `on_line` and kept in `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as kept,
        subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            **options,
        ) as process,
    ):
        for line in process.stdout:
            kept.write(line)
            on_line(line)
    if process.returncode:
        raise failure(f"{what} (log: {shown(log)})", log.read_text())


def run_to_log(command, log, limit=LONGEST, **options):
    """Run `command` with all its output in `log`; return its exit code.

    A process that is interrupted with us gets the chance to end by itself. One that is
    not done after `limit` seconds says where it stands, as Odoo does on SIGQUIT, and is
    killed with what it started.

    :raises Failure: when it was not done within `limit`
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a") as output,
        subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            **{"stdin": subprocess.DEVNULL, **options},
        ) as process,
    ):
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired as expired:
            _end_with_children(process)
            last = "\n".join(log.read_text(errors="replace").splitlines()[-60:])
            raise Failure(
                f"not done after {limit} s, so it was ended. The end of {shown(log)}:"
                f"\n{last}"
            ) from expired


def _end_with_children(process):
    """Let it say where it stands; then kill it and what descends from it, and wait
    until their ports and files are free."""
    started = _descendants(process.pid)
    with suppress(subprocess.TimeoutExpired):
        process.send_signal(signal.SIGQUIT)
        process.wait(PATIENCE)
    for pid in [*started, process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while any(map(is_alive, started)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _descendants(pid):
    children = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _name, rest = re.match(
                r"(\d+) \((.*)\) (.*)", file.read_text(), re.S
            ).groups()
            if int(rest.split()[1]) == pid:
                children.append(int(number))
    return [each for child in children for each in (*_descendants(child), child)]


def failure(what, output):
    """A Failure with the end of `output`; a short one where the remedy is known."""
    lines = output.strip().splitlines()
    for sign, advice in REMEDIES:
        causes = [line for line in lines if re.search(sign, line)]
        if causes:
            end = lines[-3:]
            cause = [] if causes[-1] in end else causes[-1:]
            return Failure("\n".join([f"{what} failed:", *cause, *end, advice]))
    return Failure("\n".join([f"{what} failed:", *lines[-15:]]))


@contextmanager
def lock(name):
    """Let one process (or thread) at a time do the work called `name`."""
    LOCKS.mkdir(parents=True, exist_ok=True)
    with (LOCKS / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def free_port():
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def require_port(port, is_chosen=True):
    """Stop with the owner's name when `port` is taken, and with the way to another
    one where it is the user's to choose."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            choice = f", or take another port: make run PORT={port + 1}"
            raise Failure(
                f"port {port} is taken by {port_owner(port)}. End that program"
                + (choice if is_chosen else ", then run the command again.")
            ) from error


def port_owner(port):
    """Name and process id of who listens on `port`, as far as we may see it."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    inodes = {
        f"socket:[{row[9]}]"
        for row in rows[1:]
        if row[1].endswith(f":{port:04X}") and row[3] == "0A"
    }
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) in inodes:
                pid = link.parts[2]
                name = Path("/proc", pid, "comm").read_text().strip()
                return f"{name} (process {pid})"
        except OSError:
            continue
    return "another program"


@contextmanager
def killed_when_broken_off(kill):
    """Within it a process is waited for that was just started: when that fails, or
    Ctrl-C is pressed, it is killed, as nobody would find it any more."""
    try:
        yield
    except BaseException:
        kill()
        raise


def is_alive(pid):
    """Whether process `pid` runs; one that waits for its parent to see does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def end(pid, timeout=20):
    """Ask process `pid` to end; kill it when it has not after `timeout` seconds."""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while is_alive(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.1)


def await_end(child, timeout=60):
    """Wait until a process that was asked to end has; kill it when it does not."""
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
