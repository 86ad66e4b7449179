"""Debian packages that are only unpacked, never installed: nothing of the system
changes, no daemon is started, and no root is needed for it."""

from ..console import Failure
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
