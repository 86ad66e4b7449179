"""The virtual environment with every pinned Python package, Odoo beside them."""

import hashlib
import shutil
import sys
from pathlib import Path

from ..console import Progress, step
from ..layout import LOG, PYTHON, ROOT, VAR, VENV
from ..process import run, run_with_progress
from . import odoo_source

REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "test-requirements.txt")
NOT_FROM_PYPI = Path(__file__).with_name("not-from-pypi.txt")
STAMP = VENV / "installed"
CACHE = VAR / "pip"  # not the user's: removing var/ is to leave nothing
NEEDED_MB = 1300


def is_ready():
    return STAMP.exists() and STAMP.read_text() == _key()


def _key():
    """Changes when the packages, the Python or the place of the project change."""
    digest = hashlib.sha256(f"{sys.version}{VENV}{odoo_source.python_path()}".encode())
    for file in REQUIREMENTS:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def remove_remains():
    """Remove what an attempt left that was broken off; downloads stay."""
    if not STAMP.exists():
        shutil.rmtree(VENV, ignore_errors=True)


def get(label):
    pins = {
        line.split(";")[0].strip()
        for file in REQUIREMENTS
        for line in file.read_text().splitlines()
        if "==" in line
    }
    progress = Progress(len(pins), "packages")
    seen = set()

    def count(line):
        if line.startswith(("Collecting", "Requirement already")):
            seen.add(line.split("==")[0])
            progress.reach(len(seen))

    with step(f"{label}: {len(pins)} Python packages"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], "making the virtual environment")
        files = [argument for file in REQUIREMENTS for argument in ("-r", file)]
        # Complete pins: nothing to resolve, and Odoo itself need not be known to pip.
        run_with_progress(
            [PYTHON, "-m", "pip", "install", "--no-deps", "--progress-bar=off"]
            + [f"--cache-dir={CACHE}", *files],
            "installing the Python packages",
            count,
            LOG / "pip.log",
        )
    _show_odoo_to_python()
    STAMP.write_text(_key())
    shutil.rmtree(CACHE, ignore_errors=True)


def _show_odoo_to_python():
    packages = run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        "asking for the package folder",
    )
    with open(f"{packages.strip()}/odoo.pth", "w") as path_file:
        path_file.write(f"{odoo_source.python_path()}\n")


def lock():
    """Resolve the .in files into pins that hold for every supported Python."""
    for file in REQUIREMENTS:
        run(
            [PYTHON, "-m", "uv", "pip", "compile", "--universal", "--upgrade"]
            + ["--python-version=3.10", "--no-header", "--no-annotate", "--quiet"]
            + [f"--override={NOT_FROM_PYPI}"]
            + [file.with_suffix(".in").name, "-o", file.name],
            f"resolving {file.name}",
            cwd=ROOT,
        )
