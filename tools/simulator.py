"""The two routers of the demo, which are simulated (../simulator).

They keep what they hold in `var/`, so that a restart of the demo finds it.
"""

import os
import shutil
import subprocess
import time

from . import process
from .console import Failure
from .layout import PYTHON, ROOT, SIMULATOR_FOLDER, SIMULATOR_LOG, shown

PORT, TLS_PORT = 18728, 18828  # of the first one; as in isp_mikrotik's demo data
START_TIMEOUT = 30  # seconds
OPTIONS = (
    "--routers=2",
    "--secrets=200,40",
    "--online=80%",
    "--latency=5ms",
    "--user=odoo",
    "--password=DemoOnly-Router-1",
)


def start():
    """Start them; return their process.

    :raises Failure: when they do not answer in time, with the end of their log
    """
    for port in (PORT, TLS_PORT):
        for number in range(2):
            process.require_port(port + number, is_chosen=False)
    SIMULATOR_FOLDER.mkdir(parents=True, exist_ok=True)
    SIMULATOR_LOG.parent.mkdir(parents=True, exist_ok=True)
    command = [PYTHON, "-m", "simulator", f"--port={PORT}", f"--tls-port={TLS_PORT}"]
    command += [f"--state={SIMULATOR_FOLDER}", *OPTIONS]
    with SIMULATOR_LOG.open("w") as log:
        started = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with process.killed_when_broken_off(started.kill):
        _wait_until_ready(started)
    return started


def _wait_until_ready(started):
    deadline = time.monotonic() + START_TIMEOUT
    while SIMULATOR_LOG.read_text().count("\n") < 2:
        if started.poll() is not None or time.monotonic() > deadline:
            end = SIMULATOR_LOG.read_text()[-2000:]
            name = shown(SIMULATOR_LOG)
            raise Failure(f"the routers do not start ({name}):\n{end}")
        time.sleep(0.05)


def forget():
    """Remove what they hold: the next start makes new ones."""
    shutil.rmtree(SIMULATOR_FOLDER, ignore_errors=True)
