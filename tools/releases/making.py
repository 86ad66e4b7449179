"""Making the database of a release anew, from the project's history."""

import io
import shutil
import subprocess
import tarfile

from .. import databases, odoo, process
from ..console import say, step
from ..layout import DATA, ODOO, PYTHON, ROOT, VAR, VENV
from . import keep

# Run by the release's own tools, which find the parts that are here.
MAKE = """
import sys
from tools import databases, demo, layout, odoo
database, script = sys.argv[1:]
odoo.write_config()
databases.build(database, demo.fill, disposable=True)
odoo.run_script(database, script, layout.LOG / "fill.log")
"""
FILL = """
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, {folder!r})
import fill
fill.fill(env)
"""
# Scripts and styles of the pages are made anew when they are missing. No demo data
# are wanted any more: an update would add those of the new release.
SLIM = (
    "DELETE FROM ir_attachment WHERE url LIKE '/web/assets/%'",
    "UPDATE ir_module_module SET demo = false",
)


def make(release):
    """Make the database with the release's own code, and keep it with the project."""
    database = f"isp_release_{release.version.replace('.', '_')}"
    databases.drop(database)
    source = _unpack(release)
    script = FILL.format(folder=str(release.folder))
    with step(f"The database of release {release.version}"):
        output = process.run(
            [PYTHON, "-c", MAKE, database, script],
            f"making the database of release {release.version}",
            cwd=source,
            env=odoo.environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
        say(output)
    for statement in SLIM:
        databases.query(statement, database)
    keep(release, database)
    databases.drop(database)
    sizes = [file.stat().st_size / 2**20 for file in (release.dump, release.files)]
    say(f"Kept: {sizes[0]:.1f} MB of data, {sizes[1]:.1f} MB of files.")


def _unpack(release):
    """Put the release's code into `var/`, with links to the parts; return where."""
    source = VAR / "release" / release.version
    shutil.rmtree(source, ignore_errors=True)
    archive = subprocess.run(
        ["git", "archive", release.commit],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(source)
    (source / "var").mkdir()
    for part in (ODOO, VENV, DATA):
        (source / "var" / part.name).symlink_to(part)
    return source
