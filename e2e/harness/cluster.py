"""PostgreSQL as two machines have it: one that writes, one that follows it."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from tools import postgres, process

SETTINGS = {
    **postgres.SETTINGS,
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "wal_keep_size": "256MB",
}


class Machine:
    """A PostgreSQL server of its own, reached by the folder of its socket.

    :ivar host: that folder
    """

    def __init__(self):
        self.folder = Path(mkdtemp(prefix="isp-pg-", dir="/tmp"))
        shutil.chown(self.folder, postgres.server_user())
        self.folder.chmod(0o700)
        self.host = str(self.folder)
        self.data = self.folder / "data"

    def create(self):
        """An empty server."""
        self._run("initdb", "-D", self.data, "-U", postgres.ROLE, "-A", "trust")
        self.start()

    def follow(self, leader):
        """Become the copy of `leader`, and stay one."""
        shutil.rmtree(self.data, ignore_errors=True)
        source = ["-h", leader.host, "-U", postgres.ROLE]
        self._run("pg_basebackup", "-D", self.data, "-R", "-c", "fast", *source)
        self.start()

    def start(self):
        settings = {**SETTINGS, "unix_socket_directories": self.host}
        options = " ".join(f"-c {name}='{v}'" for name, v in settings.items())
        log = self.folder / "server.log"
        self._run("pg_ctl", "-D", self.data, "start", "-w", "-l", log, "-o", options)

    def lead(self):
        """Tell nobody "done" from now on before a follower has it too."""
        self.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.query("SELECT pg_reload_conf()")

    def promote(self):
        """Make the copy the one that writes."""
        self._run("pg_ctl", "-D", self.data, "promote", "-w")

    def kill(self):
        """End it as a power cut would: nothing is written any more."""
        self._run("pg_ctl", "-D", self.data, "stop", "-m", "immediate")

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self.kill()
        shutil.rmtree(self.folder)

    def query(self, sql, database="postgres"):
        command = ["psql", "-XAtqw", "-h", self.host, "-U", postgres.ROLE]
        command += ["-d", database, "-c", sql]
        # The story tells all others to take the server that writes.
        environment = {**os.environ, "PGTARGETSESSIONATTRS": "any"}
        return process.run(command, "a query", env=environment).splitlines()

    def _run(self, program, *arguments):
        command = [str(part) for part in postgres.as_server_user(program, *arguments)]
        log = self.folder / "commands.log"
        with log.open("ab") as output:
            code = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/"
            ).returncode
        assert code == 0, log.read_text()[-2000:]
