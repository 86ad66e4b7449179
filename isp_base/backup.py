"""A backup: the database at one moment, with the files that it names, in one archive.

The archive is a tar with ``database.dump`` (of pg_dump -Fc), ``filestore/…`` and, at
its end, ``manifest.json``: when and of what it was taken, how many rows each table had
then, sums of money, and SHA-256 of all that is in it. With a key it is encrypted by
GnuPG while it is written. All of it is read in one snapshot: what is booked meanwhile
is in the next backup, and nothing is there by half.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from odoo import release, sql_db
from odoo.tools import SQL, config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

DUMP, FILES, MANIFEST = "database.dump", "filestore", "manifest.json"
FORMAT = 1
FILE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}")
NOTE = "isp_base.backup_at"  # system parameter, read by the page Health
BLOCK = 1 << 20
# What money there is: {name: (table, expression)}
SUMS = {
    "posted invoices": (
        "account_move",
        "sum(amount_total_signed) FILTER (WHERE state = 'posted')",
    ),
    "debit": ("account_move_line", "sum(debit)"),
    "credit": ("account_move_line", "sum(credit)"),
    "open receivables": ("account_move_line", "sum(amount_residual)"),
    "payments": ("account_payment", "sum(amount)"),
}


class BackupError(Exception):
    """A backup could not be taken or restored; the text says why."""


def make(database, folder, recipient=None, passphrase=None, keep=0):
    """Write a backup of ``database`` into ``folder``; return (its path, its manifest).

    :param recipient: file with a public key of OpenPGP that it is encrypted for
    :param passphrase: file with the passphrase that it is encrypted by
    :param keep: how many backups of this database stay in the folder; 0 for all
    """
    taken = datetime.now(timezone.utc)
    suffix = ".tar.gpg" if recipient or passphrase else ".tar"
    target = Path(folder) / f"{database}-{taken:%Y%m%dT%H%M%SZ}{suffix}"
    if target.exists():
        raise BackupError(f"{target} is there already.")
    part = target.with_name(f"{target.name}.part")
    try:
        with sql_db.db_connect(database).cursor() as cr, _create(part) as file:
            with _encrypted(file, recipient, passphrase) as stream:
                manifest = _write(cr, stream, target.parent, taken)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _note(database, taken)
    for old in find(database, folder)[:-keep] if keep else ():
        old.unlink()
    return target, manifest


def find(database, folder):
    """Return the backups of a database in a folder, the oldest first."""
    name = re.compile(re.escape(database) + r"-\d{8}T\d{6}Z\.tar(\.gpg)?")
    return sorted(p for p in Path(folder).iterdir() if name.fullmatch(p.name))


@contextmanager
def _create(path):
    """A new file that its owner alone reads, on the disk when it is left."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write(cr, stream, folder, taken):
    # Before anything is read, and against the daily collection of files alone: it takes
    # a lock that this one excludes, gives up after some seconds and comes again.
    cr.execute("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE")
    cr.execute("SELECT pg_export_snapshot()")
    (snapshot,) = cr.fetchone()
    manifest = _describe(cr, taken)
    with (
        tempfile.TemporaryDirectory(dir=folder) as staging,
        tarfile.open(fileobj=stream, mode="w|") as archive,
    ):
        dump = Path(staging) / DUMP
        _run(
            "pg_dump",
            "-Fc",
            "-x",
            "-O",
            f"--snapshot={snapshot}",
            "-f",
            dump,
            cr.dbname,
        )
        manifest["dump_sha256"] = _add(archive, dump, DUMP)
        dump.unlink()
        manifest.update(_add_files(cr, archive))
        content = json.dumps(manifest, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return manifest


def _describe(cr, taken):
    cr.execute(
        "SELECT name, latest_version FROM ir_module_module WHERE state IN %s",
        [("installed", "to upgrade", "to remove")],
    )
    addons = dict(cr.fetchall())
    cr.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    tables = [table for (table,) in cr.fetchall()]
    return {
        "format": FORMAT,
        "database": cr.dbname,
        "taken_at": taken.isoformat(timespec="seconds"),
        "odoo": release.version,
        "addons": addons,
        "counts": {table: _get_number(cr, table, "count(*)") for table in tables},
        "sums": {
            name: _get_number(cr, table, expression)
            for name, (table, expression) in SUMS.items()
            if table in tables
        },
    }


def _get_number(cr, table, expression):
    """Return a number as text, exactly as psql writes it."""
    cr.execute(_prepare_number(table, expression))
    return cr.fetchone()[0]


def _prepare_number(table, expression):
    return SQL(
        "SELECT coalesce((%s)::text, '') FROM %s",
        SQL(expression),
        SQL.identifier(table),
    )


def _add(archive, path, name):
    """Add a file to the archive; return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
        source.seek(0)
        member = tarfile.TarInfo(name)
        member.size = path.stat().st_size
        member.mode = 0o600
        archive.addfile(member, source)
    return digest.hexdigest()


def _add_files(cr, archive):
    """Add the files that attachments name; return what the manifest says of them."""
    cr.execute(
        "SELECT DISTINCT store_fname FROM ir_attachment "
        "WHERE store_fname IS NOT NULL ORDER BY store_fname"
    )
    folder = Path(config.filestore(cr.dbname))
    digest, count, missing = hashlib.sha256(), 0, []
    for (name,) in cr.fetchall():
        if not FILE_NAME.fullmatch(name):
            raise BackupError(f"{name!r} is no name of a file of Odoo.")
        if not (folder / name).exists():
            missing.append(name)
            continue
        of_file = _add(archive, folder / name, f"{FILES}/{name}")
        digest.update(f"{name} {of_file}\n".encode())
        count += 1
    return {
        "files": count,
        "files_missing": missing,
        "files_sha256": digest.hexdigest(),
    }


def _note(database, taken):
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute(
            "INSERT INTO ir_config_parameter (key, value, create_date, write_date) "
            "VALUES (%s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC') "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value, "
            "write_date = excluded.write_date",
            [NOTE, f"{taken:%Y-%m-%d %H:%M:%S}"],
        )


def _run(tool, *arguments, **options):
    command = [find_pg_tool(tool), *map(str, arguments)]
    done = subprocess.run(
        command, env=exec_pg_environ(), stderr=subprocess.PIPE, check=False, **options
    )
    if done.returncode:
        raise BackupError(f"{tool}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done


# Encryption


@contextmanager
def _encrypted(file, recipient, passphrase):
    """What is written into it is encrypted into ``file``, where there is a key."""
    if not (recipient or passphrase):
        yield file
        return
    key = (
        ["--recipient-file", recipient]
        if recipient
        else ["--symmetric", "--cipher-algo", "AES256", "--passphrase-file", passphrase]
    )
    options = ["--trust-model", "always", "--compress-algo", "none"]
    if recipient:
        key.append("--encrypt")
    with tempfile.TemporaryDirectory() as home:
        command = [*_gpg(home), *options, *map(str, key)]
        with _piped(command, stdin=subprocess.PIPE, stdout=file) as process:
            yield process.stdin


@contextmanager
def decrypted(path, passphrase=None):
    """The tar of a backup as a stream. What was encrypted for a public key is
    decrypted by the private one of the user who runs this."""
    if path.suffix != ".gpg":
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryDirectory() as home:
        key = ["--passphrase-file", str(passphrase)] if passphrase else []
        command = [*_gpg(home if passphrase else None), *key, "--decrypt", str(path)]
        with _piped(command, stdout=subprocess.PIPE) as process:
            yield process.stdout


def _gpg(home):
    command = ["gpg", "--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback"]
    return [*command, "--homedir", home] if home else command


@contextmanager
def _piped(command, **pipes):
    """A process whose end is waited for, and whose failure is one."""
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, stderr=errors, **pipes) as process:
            yield process
            while process.stdout and process.stdout.read(BLOCK):
                pass  # what is left, so that it can end
        if process.returncode:
            errors.seek(0)
            text = errors.read().decode(errors="replace")[-2000:]
            raise BackupError(f"{command[0]}: {text.strip()}")
