"""Odoo 19: the tree that ODOO_HOME names, or Debian's package unpacked into `var/`.

The package is only unpacked, never installed, with an apt configuration of its
own; apt checks the archive's signature, we check the pinned SHA-256.
"""

import hashlib
import os
import re
import shutil
from pathlib import Path

from ..console import Failure, Progress, say, step
from ..layout import LOG, ODOO, VAR
from ..process import failure, run, run_with_progress
from . import debian

PINS = Path(__file__).with_name("odoo-packages.txt")
STAMP = ODOO / "unpacked"
REMEDY = "name an Odoo 19 source tree in ODOO_HOME"
FRESH = ODOO.with_suffix(".new")
NEEDED_MB = 1900
APT = VAR / "apt"

# Backend pages ask for this file, which Debian's package leaves out; without it
# every page logs an error and every browser test fails.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def python_path():
    """The folder that holds the package `odoo`."""
    home = os.environ.get("ODOO_HOME")
    return Path(home).resolve() if home else ODOO / "usr/lib/python3/dist-packages"


def addons_paths():
    """Addon folders beside `odoo/addons`: a git checkout keeps most addons there."""
    beside = python_path() / "addons"
    return [beside] if (beside / "web").is_dir() else []


def is_ready():
    if os.environ.get("ODOO_HOME"):
        check_home(python_path())
        return True
    return STAMP.exists() and STAMP.read_text() == PINS.read_text()


def check_home(home):
    """Stop unless `home` is an Odoo 19 tree."""
    release = home / "odoo" / "release.py"
    found = release.exists() and re.search(
        r"version_info = \((\d+)", release.read_text()
    )
    if not found or found[1] != "19":
        what = f"Odoo {found[1]}" if found else "no Odoo (no odoo/release.py)"
        raise Failure(
            f"ODOO_HOME={home} holds {what}: name the root of an Odoo 19.0 source "
            "tree, or unset ODOO_HOME to let the project get Odoo itself."
        )


def pins():
    """`[(suite, package, version, sha256)]` of the pin file."""
    lines = (line.split("#")[0].split() for line in PINS.read_text().splitlines())
    return [tuple(line) for line in lines if line]


def remove_remains():
    """Remove what an attempt left that was broken off; complete downloads stay."""
    shutil.rmtree(FRESH, ignore_errors=True)


def get(label):
    archives = APT / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    with step(f"{label}: Odoo 19 from Debian (135 MB)"):
        if not all(
            _is_pinned(archives / _file_name(*pin[1:3]), pin[3]) for pin in pins()
        ):
            suites = sorted({pin[0] for pin in pins()})
            options = debian.options(APT, suites, "Odoo", REMEDY)
            say("  reading Debian's package lists")
            run(["apt-get", *options, "update"], "reading Debian's package lists")
            _download(options, archives)
        _unpack(archives)


def _file_name(package, version):
    return f"{package}_{version.replace(':', '%3a')}_all.deb"


def _is_pinned(archive, sha256):
    return (
        archive.exists() and hashlib.sha256(archive.read_bytes()).hexdigest() == sha256
    )


def _download(options, archives):
    for number, (suite, package, version, sha256) in enumerate(pins(), 1):
        archive = archives / _file_name(package, version)
        if _is_pinned(archive, sha256):
            continue
        say(f"  downloading {number}/{len(pins())}: {package}")
        known = run(
            ["apt-cache", *options, "madison", package], "looking for Odoo"
        ).split()
        if version not in known:
            raise Failure(
                f"Debian {suite} no longer has {package} {version}, which this project "
                "is pinned to. Set ODOO_HOME to an Odoo 19.0 source tree (a git "
                "checkout of branch 19.0 will do), or pin the newer version in "
                f"{PINS.name}."
            )
        progress = Progress(100)
        run_with_progress(
            [
                "apt-get",
                *options,
                "-qoAPT::Status-Fd=1",
                "download",
                f"{package}={version}",
            ],
            f"downloading {package}",
            lambda line, progress=progress: _show_download(line, progress),
            LOG / "odoo-download.log",
            cwd=archives,
        )
        if not _is_pinned(archive, sha256):
            archive.unlink(missing_ok=True)
            raise Failure(
                f"{package} {version} is not the file this project is pinned to (its "
                "SHA-256 differs). Run the command again; if it stays so, set "
                "ODOO_HOME instead."
            )


def _show_download(line, progress):
    if line.startswith("dlstatus:"):
        progress.reach(float(line.split(":")[2]))


def _unpack(archives):
    """Unpack beside and rename when complete: no half a tree is ever left."""
    for folder in (FRESH, ODOO):
        shutil.rmtree(folder, ignore_errors=True)
    for number, (_suite, package, version, _sha256) in enumerate(pins(), 1):
        say(f"  unpacking {number}/{len(pins())}: {package}")
        run(
            ["dpkg-deb", "-x", archives / _file_name(package, version), FRESH],
            "unpacking",
        )
    left_out = FRESH / "usr/lib/python3/dist-packages" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    broken = [
        link for link in FRESH.rglob("*") if link.is_symlink() and not link.exists()
    ]
    if broken:
        raise failure("unpacking Odoo", f"missing targets: {broken[:5]}")
    (FRESH / STAMP.name).write_text(PINS.read_text())
    FRESH.rename(ODOO)
    shutil.rmtree(APT)
