"""What `make setup` gets into `var/`; each step is skipped when its result is there."""

import shutil

from .. import process
from ..console import Failure
from ..layout import ROOT, VAR
from . import freeradius, node, odoo_source, virtualenv

DATABASES_MB = 500


def ensure(with_node=False):
    """Get what is missing: Python packages, Odoo, FreeRADIUS and, for the linters,
    Node's."""
    VAR.mkdir(exist_ok=True)
    steps = [virtualenv, odoo_source, freeradius] + ([node] if with_node else [])
    if all(part.is_ready() for part in steps):
        return
    with process.lock("set-up"):  # of two commands at once, the first one gets it
        _get([part for part in steps if not part.is_ready()])


def _get(missing):
    for part in missing:
        part.remove_remains()
    if missing:
        require_disk(DATABASES_MB + sum(part.NEEDED_MB for part in missing))
    for number, part in enumerate(missing, 1):
        part.get(f"Set-up {number}/{len(missing)}")


def require_disk(needed_mb):
    free_mb = shutil.disk_usage(ROOT).free // 2**20
    if free_mb < needed_mb:
        raise Failure(
            f"only {free_mb} MB are free in {ROOT}; the set-up needs {needed_mb} MB. "
            "Free some space, or clone the project to a larger disk."
        )


def lock():
    """Resolve the pins of Python and npm packages anew, at the newest releases."""
    virtualenv.lock()
    node.lock()
