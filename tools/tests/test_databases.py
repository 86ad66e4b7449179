"""A database is there whole or not at all; copies take their files along."""

import os
import signal
import subprocess
import sys

import pytest

from tools import databases
from tools.console import Failure

NAME = "isp_tools_test"

KILLED_WHILE_FILLING = f"""
import os, signal
from tools import databases

def fill(database):
    databases.query(f'CREATE DATABASE "{{database}}"')
    os.kill(os.getpid(), signal.SIGKILL)

databases.build({NAME!r}, fill)
"""


def create(database):
    databases.query(f'CREATE DATABASE "{database}"')
    folder = databases.FILESTORE / database
    folder.mkdir(parents=True)
    (folder / "file").write_text("content")


@pytest.fixture(autouse=True)
def no_databases(tmp_path, monkeypatch, locks):
    monkeypatch.setattr(databases, "FILESTORE", tmp_path / "filestore")
    yield
    for name in databases.names(NAME):
        databases.drop(name)


def test_process_killed_in_the_middle(root):
    done = subprocess.run([sys.executable, "-c", KILLED_WHILE_FILLING], cwd=root)
    assert done.returncode == -signal.SIGKILL
    assert databases.names(NAME) == [f"{NAME}_building"]

    databases.build(NAME, create)
    assert databases.names(NAME) == [NAME]
    assert (databases.FILESTORE / NAME / "file").read_text() == "content"


def test_failure_in_the_middle():
    def fail(database):
        create(database)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        databases.build(NAME, fail)
    assert not databases.exists(NAME)


def test_complete_database_is_not_built_again():
    databases.build(NAME, create)
    databases.build(NAME, lambda database: pytest.fail("built twice"))


def test_database_made_elsewhere():
    databases.query(f'CREATE DATABASE "{NAME}"')
    with pytest.raises(Failure, match=f"files are not in.*dropdb {NAME}"):
        databases.build(NAME, create)
    databases.build(NAME, create, disposable=True)
    assert (databases.FILESTORE / NAME / "file").exists()


def test_copy_shares_the_files():
    databases.build(NAME, create)
    databases.copy(NAME, f"{NAME}_copy")
    copied = databases.FILESTORE / f"{NAME}_copy" / "file"
    assert os.path.samefile(copied, databases.FILESTORE / NAME / "file")


def test_drop_tells_whether_there_was_one():
    databases.build(NAME, create)
    assert databases.drop(NAME)
    assert not databases.drop(NAME)
    assert not (databases.FILESTORE / NAME).exists()


def test_note_stays_with_the_database():
    databases.build(NAME, create)
    assert databases.note(NAME) == ""
    databases.set_note(NAME, '{"isp_base": "1"}')
    assert databases.note(NAME) == '{"isp_base": "1"}'
