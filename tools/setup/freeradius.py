"""FreeRADIUS: Debian's packages unpacked into `var/`, as an installed one starts a
daemon. Its libraries are in debian-packages.txt."""

import platform
import shutil

from ..console import step
from ..layout import FREERADIUS, VAR
from ..process import run
from . import debian

PACKAGES = (
    "freeradius",
    "freeradius-common",
    "freeradius-postgresql",
    "freeradius-utils",
    "libfreeradius3",
)
STAMP = FREERADIUS / "unpacked"
FRESH = FREERADIUS.with_suffix(".new")
APT = VAR / "apt-freeradius"
NEEDED_MB = 100
REMEDY = "work on Debian 12"


def is_ready():
    return STAMP.exists() and STAMP.read_text() == _key()


def _key():
    return f"{_release()} {platform.machine()} {' '.join(PACKAGES)}\n"


def _release():
    """The code name of this Debian, for its libraries are what it runs with."""
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "bookworm")


def remove_remains():
    """Remove what an attempt left that was broken off."""
    shutil.rmtree(FRESH, ignore_errors=True)
    shutil.rmtree(APT, ignore_errors=True)


def get(label):
    archives = APT / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    with step(f"{label}: FreeRADIUS from Debian (2 MB)"):
        options = debian.options(APT, [_release()], "FreeRADIUS", REMEDY)
        run(["apt-get", *options, "update"], "reading Debian's package lists")
        run(
            ["apt-get", *options, "-qq", "download", *PACKAGES],
            "downloading FreeRADIUS",
            cwd=archives,
        )
        _unpack(archives)


def _unpack(archives):
    """Unpack beside and rename when complete: no half a tree is ever left."""
    for folder in (FRESH, FREERADIUS):
        shutil.rmtree(folder, ignore_errors=True)
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg-deb", "-x", archive, FRESH], f"unpacking {archive.name}")
    (FRESH / STAMP.name).write_text(_key())
    FRESH.rename(FREERADIUS)
    shutil.rmtree(APT)
