"""FreeRADIUS: Debian's packages unpacked into `var/`, as an installed one starts a
daemon. Its libraries are in debian-packages.txt."""

from ..layout import FREERADIUS
from . import debian

PACKAGES = (
    "freeradius",
    "freeradius-common",
    "freeradius-postgresql",
    "freeradius-utils",
    "libfreeradius3",
)
NEEDED_MB = 100

_unpacked = debian.Unpacked("FreeRADIUS", PACKAGES, FREERADIUS, "2 MB")
is_ready = _unpacked.is_ready
remove_remains = _unpacked.remove_remains
get = _unpacked.get
