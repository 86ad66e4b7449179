"""Where everything lies. All that is fetched or made at run time is in `var/`."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

ODOO = VAR / "odoo"
VENV = VAR / "venv"
NODE = VAR / "node"
FREERADIUS = VAR / "freeradius"
CLUSTER = VAR / "pg"
DATA = VAR / "data"
FILESTORE = DATA / "filestore"
LOCKS = VAR / "locks"
LOG = VAR / "log"
TEST_LOG = LOG / "test"
ODOO_CONFIG = VAR / "odoo.conf"
ODOO_LOG = LOG / "odoo.log"
PID_FILE = VAR / "odoo.pid"
RADIUS_FOLDER = VAR / "radius"
RADIUS_LOG = LOG / "freeradius.log"
RADIUS_PID_FILE = VAR / "freeradius.pid"
SIMULATOR_FOLDER = VAR / "simulator"
SIMULATOR_LOG = LOG / "simulator.log"
SIMULATOR_PID_FILE = VAR / "simulator.pid"

PYTHON = VENV / "bin" / "python"


def shown(path):
    """`path` as the user types it: relative to where the project is."""
    return os.path.relpath(path, ROOT)
