"""`make production-check`: what `odoo isp_check` says of a database."""

import os
import subprocess

from . import databases, demo, odoo
from .console import Failure


def run():
    """Print what the page Health shows; return the exit code, 1 for a problem.

    :raises Failure: when there is no such database
    """
    database = os.environ.get("DATABASE") or demo.DATABASE
    if not databases.exists(database):
        raise Failure(f"there is no database {database}: DATABASE names another one.")
    command = odoo.own_command("isp_check", "-d", database, "--log-level=error")
    return subprocess.run(
        [str(part) for part in command], env=odoo.environment(), check=False
    ).returncode
