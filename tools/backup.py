"""`make backup` and `make restore`: `odoo isp_backup` and `isp_restore` for databases
of the project."""

import os
import subprocess

from . import demo, odoo
from .console import Failure
from .layout import VAR

FOLDER = VAR / "backup"


def make():
    """Write a backup of DATABASE (that of the demo) into FOLDER; return the exit code.
    RECIPIENT or PASSPHRASE_FILE names the key that it is encrypted by."""
    folder = os.environ.get("FOLDER") or FOLDER
    os.makedirs(folder, mode=0o700, exist_ok=True)
    database = os.environ.get("DATABASE") or demo.DATABASE
    return run("isp_backup", "-d", database, folder, *_keys("RECIPIENT"))


def restore():
    """Make DATABASE of the backup BACKUP; return the exit code.

    :raises Failure: when either is not named
    """
    backup, database = os.environ.get("BACKUP"), os.environ.get("DATABASE")
    if not (backup and database):
        raise Failure("make restore BACKUP=file DATABASE=new_name [AS_ORIGINAL=1]")
    armed = ["--as-original"] if os.environ.get("AS_ORIGINAL") else []
    return run("isp_restore", "-d", database, backup, *armed, *_keys())


def _keys(*names):
    return [
        f"--{name.lower().replace('_', '-')}={os.environ[name]}"
        for name in (*names, "PASSPHRASE_FILE")
        if os.environ.get(name)
    ]


def run(name, *arguments, **options):
    """Run a subcommand of ours; return its exit code."""
    command = [str(part) for part in odoo.own_command(name, *arguments)]
    return subprocess.run(
        command, env=odoo.environment(), check=False, **options
    ).returncode
