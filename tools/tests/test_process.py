"""A program that never ends is ended, with what it started."""

import sys

import pytest

from tools import process
from tools.console import Failure

WAITS = """
import faulthandler, signal, subprocess, sys
faulthandler.register(signal.SIGQUIT)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
def wait_for_ever():
    child.wait()
wait_for_ever()
"""


def test_what_is_not_done_in_time_says_where_it_stands(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "PATIENCE", 1)
    log = tmp_path / "waits.log"
    with pytest.raises(
        Failure, match="(?s)not done after 3 s.*in wait_for_ever"
    ) as told:
        process.run_to_log([sys.executable, "-c", WAITS], log, limit=3)
    child = int(log.read_text().split()[1])
    assert not process.is_alive(child), str(told.value)


def test_exit_code_of_what_is_done_in_time(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    assert process.run_to_log(command, tmp_path / "x.log") == 3
