"""Putting a backup back: under a new name, checked against its manifest, and, unless
told otherwise, disarmed before anybody can see it."""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

from odoo import sql_db
from odoo.modules.neutralize import get_neutralization_queries
from odoo.service import db as databases
from odoo.tools import SQL, config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from .backup import (
    BLOCK,
    DUMP,
    FILE_NAME,
    FILES,
    FORMAT,
    MANIFEST,
    SUMS,
    BackupError,
    decrypted,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
MARK = "isp-restore"  # before our rows, among what psql prints


def restore(path, database, neutralise=True, passphrase=None):
    """Make ``database`` of the backup at ``path``; return its manifest.

    It is filled under another name, and renamed when all is there and as the manifest
    says. Rows and disarming are one transaction: no Odoo that runs meanwhile sees a
    copy that would send mail or speak to routers.

    :raises BackupError: when there is such a database, or the backup is not whole
    """
    if not NAME.fullmatch(database):
        raise BackupError(f"{database!r} is no name for a database.")
    filestore = Path(config.filestore(database))
    if databases.exp_db_exist(database) or filestore.exists():
        raise BackupError(
            f"There is a database {database}, or its files: a backup is restored under "
            "a name that is free. Rename or drop it first."
        )
    building = f"{database}_restoring"
    if databases.exp_db_exist(building):
        raise BackupError(
            f"A restore was broken off, or goes on: when none does, dropdb {building}"
        )
    filestore.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=filestore.parent) as staging:
        manifest = _unpack(path, Path(staging), passphrase)
        databases._create_empty_database(building)
        try:
            found = _fill(building, Path(staging) / DUMP, manifest, neutralise)
            _compare(manifest, found)
            (Path(staging) / FILES).rename(filestore)
            _rename(building, database)
        except BaseException:
            shutil.rmtree(filestore, ignore_errors=True)
            _drop(building)
            raise
    return manifest


@contextmanager
def _readable():
    try:
        yield
    except (tarfile.TarError, ValueError) as error:
        raise BackupError(
            "It cannot be read: it is cut off, no backup, or this is not its key."
        ) from error


def _unpack(path, folder, passphrase):
    """Unpack a backup and check what is in it; return its manifest."""
    (folder / FILES).mkdir()
    digest, count, dump, manifest = hashlib.sha256(), 0, None, None
    with (
        _readable(),
        decrypted(path, passphrase) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for member in archive:
            source = archive.extractfile(member)
            if member.name == DUMP:
                dump = _copy(source, folder / DUMP)
            elif member.name == MANIFEST:
                manifest = json.load(source)
            else:
                name = member.name.removeprefix(f"{FILES}/")
                if not FILE_NAME.fullmatch(name):
                    raise BackupError(f"{member.name!r} does not belong into a backup.")
                (folder / FILES / name).parent.mkdir(exist_ok=True)
                of_file = _copy(source, folder / FILES / name)
                digest.update(f"{name} {of_file}\n".encode())
                count += 1
    if not manifest or manifest["format"] != FORMAT:
        raise BackupError(f"{path} is not whole, or of a later release.")
    sums = {"dump_sha256": dump, "files_sha256": digest.hexdigest(), "files": count}
    for name, found in sums.items():
        if found != manifest[name]:
            raise BackupError(f"{path} is damaged: {name} is not what it was.")
    return manifest


def _copy(source, target):
    """Write a file; return its SHA-256."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while block := source.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _fill(database, dump, manifest, neutralise):
    """Fill a new database and disarm it, in one transaction; return the numbers
    {(kind, name): text} that were in it before."""
    with tempfile.TemporaryFile() as output:
        psql = subprocess.Popen(
            [find_pg_tool("psql"), "-XqAt", "-F|", "-1", "-v", "ON_ERROR_STOP=1"]
            + ["-d", database, "-f", "-"],
            env=exec_pg_environ(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        reader = subprocess.Popen(
            [find_pg_tool("pg_restore"), "-O", "-x", "-f", "-", str(dump)],
            stdout=subprocess.PIPE,
        )
        with suppress(BrokenPipeError), psql.stdin:
            shutil.copyfileobj(reader.stdout, psql.stdin, BLOCK)
            if reader.wait() == 0:
                for text in _prepare_end(manifest, neutralise):
                    psql.stdin.write(f"{text.rstrip().rstrip(';')};\n".encode())
            else:
                psql.stdin.write(b"SELECT nothing_of_it_stays;\n")
        reader.stdout.close()
        failed = psql.wait() or reader.wait()
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines()
    if failed:
        raise BackupError("The database was not restored:\n" + "\n".join(lines[-10:]))
    rows = (line.split("|") for line in lines if line.startswith(f"{MARK}|"))
    return {(kind, name): value for _mark, kind, name, value in rows}


def _prepare_end(manifest, neutralise):
    """Yield what follows on the rows: numbers, then what disarms."""
    yield "SET search_path = public"
    for table in manifest["counts"]:
        yield _prepare_row("counts", table, table, "count(*)")
    for name in manifest["sums"]:
        yield _prepare_row("sums", name, *SUMS[name])
    if neutralise:
        yield from get_neutralization_queries(manifest["addons"])
        yield (
            f"UPDATE ir_config_parameter SET value = '{uuid.uuid4()}' "
            "WHERE key = 'database.uuid'"
        )


def _prepare_row(kind, name, table, expression):
    quoted = '"' + table.replace('"', '""') + '"'
    return (
        f"SELECT '{MARK}', '{kind}', '{name}', coalesce(({expression})::text, '') "
        f"FROM {quoted}"
    )


def _compare(manifest, found):
    wrong = [
        f"{kind} of {name}: {value} in the backup, {found.get((kind, name))} here"
        for kind in ("counts", "sums")
        for name, value in manifest[kind].items()
        if found.get((kind, name)) != value
    ]
    if wrong:
        raise BackupError("What was restored differs:\n" + "\n".join(wrong[:20]))


def _rename(old, new):
    _administer(
        SQL("ALTER DATABASE %s RENAME TO %s", SQL.identifier(old), SQL.identifier(new)),
        old,
    )


def _drop(name):
    _administer(SQL("DROP DATABASE IF EXISTS %s", SQL.identifier(name)), name)


def _administer(query, name):
    """Run what no transaction may hold, while nobody is in that database."""
    sql_db.close_db(name)
    with sql_db.db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        databases._drop_conn(cr, name)
        cr.execute(query)
