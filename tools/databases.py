"""Databases with their filestores: build, copy, drop."""

import os
import shutil

from . import postgres, process
from .console import Failure
from .layout import FILESTORE, shown


def query(sql, database="postgres"):
    """Run `sql`; return the rows, columns separated by `|`."""
    command = ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]
    return process.run(command, "a query", env=_environment()).splitlines()


def _environment():
    return {**os.environ, **postgres.environment()}


def names(prefix=""):
    """The databases whose name starts with `prefix`."""
    return [
        name
        for name in query("SELECT datname FROM pg_database")
        if name.startswith(prefix)
    ]


def exists(name):
    return name in names(name)


def drop(name):
    """Drop database and filestore; return whether there was such a database."""
    there = exists(name)
    process.run(
        ["dropdb", "-w", "--if-exists", "--force", name], "dropdb", env=_environment()
    )
    shutil.rmtree(FILESTORE / name, ignore_errors=True)
    return there


def copy(source, target):
    """Copy `source`, which nobody may use meanwhile. Files are shared as hard
    links: Odoo never changes a file of its filestore, it writes another one."""
    drop(target)
    process.run(
        ["createdb", "-w", "-T", source, target], "createdb", env=_environment()
    )
    if (FILESTORE / source).exists():
        shutil.copytree(FILESTORE / source, FILESTORE / target, copy_function=os.link)


def build(name, fill, disposable=False):
    """Make database `name` with `fill(database)`, whole or not at all.

    It is filled under another name and renamed when it is complete, so that an
    interruption at any moment leaves nothing that passes for the database. Of
    several processes that want the same one, the first builds it.

    :param disposable: make it again when its files have gone
    :raises Failure: when its files have gone and somebody may want the rest
    """
    building = f"{name}_building"
    with process.lock(name):
        if exists(name):
            if (FILESTORE / name).exists():
                return
            if not disposable:
                raise _made_elsewhere(name)
            drop(name)
        drop(building)
        shutil.rmtree(FILESTORE / name, ignore_errors=True)
        fill(building)
        if (FILESTORE / building).exists():
            (FILESTORE / building).rename(FILESTORE / name)
        query(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def _made_elsewhere(name):
    return Failure(
        f"there is a database {name}, but its files are not in {shown(FILESTORE)}: "
        f"it was made elsewhere, or they were removed. Drop it (dropdb {name})."
    )


def note(name):
    """The text kept with database `name`; empty when there is none."""
    lines = query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{name}'"
    )
    return "\n".join(lines)


def set_note(name, text):
    query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")
