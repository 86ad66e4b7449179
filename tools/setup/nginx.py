"""nginx: Debian's package unpacked into `var/`, for the story that starts what deploy/
describes. Nothing else needs it, so it is got when that story runs."""

from .. import process
from ..layout import VAR
from . import debian

UNPACKED = debian.Unpacked("nginx", ("nginx", "nginx-common"), VAR / "nginx", "1 MB")
PROGRAM = UNPACKED.folder / "usr/sbin/nginx"


def ensure():
    with process.lock("set-up-nginx"):
        if not UNPACKED.is_ready():
            UNPACKED.remove_remains()
            UNPACKED.get("For deploy/")
