"""PostgreSQL: the user's server when PGHOST names one, a private cluster otherwise.

The private cluster listens on a socket only. PostgreSQL refuses to run as root,
so under root it runs as Debian's user `postgres`.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import time
from pathlib import Path

from . import process
from .console import Failure, say, step
from .layout import CLUSTER, shown

DATA, SERVER_LOG = CLUSTER / "data", CLUSTER / "server.log"
ROLE, PORT = "isp", "5432"
OLDEST_SERVER = 130000
CRASH_TIMEOUT = 30  # seconds that processes of a dead server may take to end
LONGEST_SOCKET_PATH = 107  # sockaddr_un.sun_path holds 108 bytes with the final NUL

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "120",
    "shared_buffers": "512MB",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "jit": "off",
}


def environment():
    """The PG* variables that reach the server, which is started when need be."""
    if os.environ.get("PGHOST"):
        _check_own_server()
        return {}
    start()
    return {"PGHOST": str(socket_folder()), "PGPORT": PORT, "PGUSER": ROLE}


def _check_own_server():
    query = (
        "SELECT current_setting('server_version_num'), current_user, "
        "rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    try:
        answer = process.run(
            ["psql", "-XAtw", "-d", "postgres", "-c", query],
            "connecting",
        )
    except Failure as error:
        raise Failure(
            f"the PostgreSQL server of PGHOST={os.environ['PGHOST']} cannot be used. "
            f"{error}\n"
            "Correct PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST "
            "to let the project start a server of its own."
        ) from error
    version, role, may_create = answer.strip().split("|")
    if int(version) < OLDEST_SERVER:
        raise Failure(
            "Odoo 19 needs PostgreSQL 13 or later; PGHOST names an older one."
        )
    if role == "postgres":
        raise Failure(
            "Odoo refuses to work as the role 'postgres': create another role "
            "(createuser --createdb NAME) and name it in PGUSER."
        )
    if may_create != "t":
        raise Failure(
            f"the role {role} of PGUSER may not create databases: "
            f"ALTER ROLE {role} CREATEDB"
        )


def socket_folder():
    """`var/pg/run`; in /tmp when the project lies too deep for a socket's path."""
    folder = CLUSTER / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return folder
    mark = hashlib.sha256(os.fsencode(CLUSTER)).hexdigest()[:12]
    return Path("/tmp", f"isp-pg-{mark}")


def server_user():
    """The user id the private cluster runs as."""
    if os.geteuid():
        return os.geteuid()
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        raise Failure(
            "PostgreSQL does not run as root and there is no user 'postgres': "
            "install Debian's package 'postgresql', or work as an ordinary user."
        ) from None


def as_server_user(program, *arguments):
    """The command that runs `program` of PostgreSQL as the cluster's user."""
    command = [binaries() / program, *arguments]
    if os.geteuid():
        return command
    user = str(server_user())
    drop = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwuid(int(user)).pw_gid}"]
    drop.append("--init-groups")
    if not _can_enter(drop):
        # Below /root (mode 0700) only this capability lets another user through.
        drop += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        if not _can_enter(drop):
            raise Failure(
                f"PostgreSQL runs as user 'postgres', who may not enter {CLUSTER}. "
                "Clone the project to a folder everyone may enter (/srv, /opt)."
            )
    return [*drop, *command]


def _can_enter(drop):
    # Not test -x: access(2) looks at the user alone, not at his capabilities.
    enter = [*drop, "env", "-C", str(CLUSTER), "true"]
    done = subprocess.run(enter, cwd="/", stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def binaries():
    """The folder with initdb and pg_ctl: of the cluster's version, else the newest."""
    version_file = DATA / "PG_VERSION"
    wanted = version_file.read_text().strip() if version_file.exists() else "*"
    found = sorted(Path("/usr/lib/postgresql").glob(f"{wanted}/bin/initdb"))
    if found:
        return found[-1].parent
    if wanted == "*" and (initdb := shutil.which("initdb")):
        return Path(initdb).resolve().parent
    version = "" if wanted == "*" else f"-{wanted}"
    raise Failure(
        f"PostgreSQL's server programs are missing: install 'postgresql{version}', "
        "or name a running server in PGHOST."
    )


def check_owner():
    """Stop when the cluster's files are not those of the user it would run as."""
    if not DATA.exists():
        return
    owner = DATA.stat().st_uid
    if owner == server_user():
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"number {owner}"
    as_whom = "as root" if name == "postgres" else f"as user {name}"
    raise Failure(
        f"the PostgreSQL cluster in {shown(CLUSTER)} belongs to user {name}. Run the "
        f"command {as_whom}, as the first time, or remove var/ (its databases go with "
        "it) and start anew."
    )


def is_running():
    ready = [binaries() / "pg_isready", "-q", "-h", socket_folder(), "-p", PORT]
    return subprocess.run([str(part) for part in ready], check=False).returncode == 0


def start():
    """Make the private cluster when there is none, and start it when it is down."""
    with process.lock("postgres"):
        check_owner()
        _make_folders()
        if is_running():
            return
        if not DATA.exists():
            _create_cluster()
        _clear_after_crash()
        if is_running():
            return
        settings = {**SETTINGS, "unix_socket_directories": str(socket_folder())}
        options = " ".join(
            shlex.quote(f"--{name}={value}") for name, value in settings.items()
        )
        say("Starting PostgreSQL …")
        _pg_ctl("start", "-w", "-t", "60", "-l", str(SERVER_LOG), "-o", options)


def stop():
    """Stop the private cluster; return whether it ran."""
    if os.environ.get("PGHOST") or not DATA.exists():
        return False
    check_owner()
    if not is_running():
        return False
    _pg_ctl("stop", "-m", "fast")
    return True


def _make_folders():
    owner = server_user()
    for folder in (CLUSTER, socket_folder()):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != owner:
            os.chown(folder, owner, -1)


def _create_cluster():
    """initdb into a folder beside, renamed when complete: no half a cluster stays."""
    fresh = CLUSTER / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with step("Creating the PostgreSQL cluster"):
        process.run(
            as_server_user("initdb", "-D", fresh, "-U", ROLE, "-A", "trust")
            + ["-E", "UTF8", "--locale=C.UTF-8"],
            "creating the PostgreSQL cluster",
            cwd="/",
        )
    fresh.rename(DATA)


def _clear_after_crash():
    """Remove the lock files of a server that died, whose number another program
    may have now; never while a process of it lives, for they guard the data."""
    deadline = time.monotonic() + CRASH_TIMEOUT
    while _is_in_use():
        if is_running() or time.monotonic() > deadline:
            return
        time.sleep(0.1)
    (DATA / "postmaster.pid").unlink(missing_ok=True)
    (socket_folder() / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _is_in_use():
    """Whether any process works in the cluster's folder, as all of PostgreSQL's do."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.samefile(DATA):
                return True
        except OSError:
            continue
    return False


def _pg_ctl(*arguments):
    # Not through a pipe: the server would inherit it and the reader wait for ever.
    log = CLUSTER / "pg_ctl.log"
    log.unlink(missing_ok=True)
    command = as_server_user("pg_ctl", "-D", DATA, *arguments)
    if process.run_to_log(command, log, cwd="/"):
        server = SERVER_LOG.read_text()[-2000:] if SERVER_LOG.exists() else ""
        raise process.failure(f"PostgreSQL: {arguments[0]}", log.read_text() + server)
