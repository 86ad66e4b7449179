"""FreeRADIUS: Debian's packages unpacked into `var/`, as an installed one starts a
daemon. Its libraries are in debian-packages.txt."""

from ..layout import FREERADIUS
from . import debian

PACKAGES = (
    "freeradius",
    "freeradius-common",
    "freeradius-config",  # its stock schema, the yardstick of a benchmark
    "freeradius-postgresql",
    "freeradius-utils",
    "libfreeradius3",
)
NEEDED_MB = 100

UNPACKED = debian.Unpacked("FreeRADIUS", PACKAGES, FREERADIUS, "2 MB")
is_ready = UNPACKED.is_ready
remove_remains = UNPACKED.remove_remains
get = UNPACKED.get
REMEDY = UNPACKED.remedy
