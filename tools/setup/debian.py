"""Debian packages that are only unpacked, never installed: nothing of the system
changes, no daemon is started, and no root is needed for it."""

import platform
import shutil

from ..console import Failure, step
from ..layout import VAR
from ..process import run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def options(folder, suites, what, remedy):
    """Options of apt that keep its lists and cache in ``folder``, for ``suites`` of
    the machine's mirror. Its lists may be old: the versions wanted are old too.

    :param what: what is got there, for the message when there is no mirror
    :param remedy: what else the user may do then
    """
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    address = mirror(what, remedy)
    sources.write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {address} {suite} main\n" for suite in suites
        )
    )
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]


def mirror(what, remedy):
    """The Debian mirror that this machine installs its packages from."""
    targets = run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
        + ["Created-By: Packages", "Origin: Debian", "Component: main"],
        "asking apt for its mirror",
    )
    mirrors = [
        line.split()[0] for line in targets.splitlines() if "-" not in line.split()[-1]
    ]
    if not mirrors:
        raise Failure(
            f"apt knows no Debian mirror to get {what} from: run 'apt-get update' with "
            f"Debian's own sources, or {remedy}."
        )
    return mirrors[0]


class Unpacked:
    """Packages of this Debian, unpacked into a folder of `var/`.

    :param size: what is downloaded, in words
    """

    remedy = "work on Debian 12"

    def __init__(self, name, packages, folder, size):
        self.name, self.packages, self.folder, self.size = name, packages, folder, size
        self._stamp = folder / "unpacked"
        self.fresh = folder.with_suffix(".new")
        self._apt = VAR / f"apt-{folder.name}"

    def is_ready(self):
        return self._stamp.exists() and self._stamp.read_text() == self._key()

    def _key(self):
        return f"{self._release()} {platform.machine()} {' '.join(self.packages)}\n"

    def _release(self):
        """The code name of this Debian, for its libraries are what it runs with."""
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "bookworm")

    def remove_remains(self):
        """Remove what an attempt left that was broken off."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        shutil.rmtree(self._apt, ignore_errors=True)

    def get(self, label):
        archives = self._apt / "archives"
        archives.mkdir(parents=True, exist_ok=True)
        with step(f"{label}: {self.name} from Debian ({self.size})"):
            suites = [self._release()]
            settings = options(self._apt, suites, self.name, self.remedy)
            run(["apt-get", *settings, "update"], "reading Debian's package lists")
            run(
                ["apt-get", *settings, "-qq", "download", *self.packages],
                f"downloading {self.name}",
                cwd=archives,
            )
            self._unpack(archives)

    def _unpack(self, archives):
        """Unpack beside and rename when complete: no half a tree is ever left."""
        for folder in (self.fresh, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
        for archive in sorted(archives.glob("*.deb")):
            run(["dpkg-deb", "-x", archive, self.fresh], f"unpacking {archive.name}")
        (self.fresh / self._stamp.name).write_text(self._key())
        self.fresh.rename(self.folder)
        shutil.rmtree(self._apt)
