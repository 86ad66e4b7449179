"""Databases of former releases, filled as a provider has them after some months.

Each is kept as SQL and a filestore, both compressed, so that a clone needs neither
history nor the parts of then to see whether an update keeps what is in it.
"""

import lzma
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from .. import databases, postgres, process
from ..console import Failure
from ..layout import FILESTORE


@dataclass(frozen=True)
class Release:
    version: str
    commit: str  # of the code that made the database, for `make release`

    @property
    def folder(self):
        return Path(__file__).parent / self.version

    @property
    def dump(self):
        return self.folder / "database.sql.xz"

    @property
    def files(self):
        return self.folder / "filestore.tar.xz"


RELEASES = (Release("19.0.1", "6c309a8"),)


def by_version(version):
    """:raises Failure: when there is no such release"""
    found = next((one for one in RELEASES if one.version == version), None)
    if not found:
        known = ", ".join(release.version for release in RELEASES)
        raise Failure(f"there is no release {version!r}; RELEASE may be: {known}")
    return found


def restore(release, database):
    """Make `database` and its filestore as they were kept with the release."""
    databases.drop(database)
    environment = {**os.environ, **postgres.environment()}
    process.run(
        ["createdb", "-w", "-T", "template0", "-E", "UTF8", "--lc-collate=C", database],
        "createdb",
        env=environment,
    )
    process.run(
        ["psql", "-Xqw", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-d", database],
        f"restoring release {release.version}",
        input=lzma.decompress(release.dump.read_bytes()).decode(),
        env=environment,
    )
    with tarfile.open(release.files) as archive:
        archive.extractall(FILESTORE / database)


def keep(release, database):
    """Keep `database` and its filestore with the release."""
    environment = {**os.environ, **postgres.environment()}
    command = ["pg_dump", "-w", "--no-owner", "--no-privileges"]
    done = subprocess.run(
        [*command, database], env=environment, stdout=subprocess.PIPE, check=True
    )
    text = portable(done.stdout.decode())
    release.folder.mkdir(parents=True, exist_ok=True)
    release.dump.write_bytes(
        lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    )
    with tarfile.open(release.files, "w:xz", preset=9) as archive:
        for name in _stored_files(database):
            archive.add(FILESTORE / database / name, name)


def _stored_files(database):
    names = databases.query(
        "SELECT DISTINCT store_fname FROM ir_attachment "
        "WHERE store_fname IS NOT NULL ORDER BY 1",
        database,
    )
    return [name for name in names if (FILESTORE / database / name).exists()]


# What a newer pg_dump writes and an older PostgreSQL or psql does not know, and what
# a role may not that is no administrator. Comments of indexes are needed: by them
# Odoo sees whether one has to be made anew.
LEFT_OUT = (
    "\\restrict",
    "\\unrestrict",
    "SET transaction_timeout",
    "COMMENT ON EXTENSION",
    "COMMENT ON SCHEMA",
)


def portable(dump):
    """The SQL of pg_dump without what not every PostgreSQL from 13 on would take."""
    lines = dump.split("\n")
    return "\n".join(line for line in lines if not line.startswith(LEFT_OUT))
