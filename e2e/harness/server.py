"""A real Odoo process on a copy of the demo database."""

from harness.client import Client
from tools import databases, odoo, process, templates
from tools.checks import odoo_log
from tools.layout import TEST_LOG


class DemoServer(odoo.Server):
    """Odoo as `make run` starts it, on a database of its own.

    `kill()` ends it as a power cut would, `start()` starts it again on the same
    database and port and returns when it answers, `stop()` ends it in order.
    """

    def __init__(self, name):
        log = TEST_LOG / f"e2e-{name}.log"
        log.unlink(missing_ok=True)
        super().__init__(f"isp_e2e_{name}", process.free_port(), log)
        self._clients = {}

    def create(self):
        """Copy the template with every addon and its demo data, and start."""
        databases.copy(templates.with_demo(), self.database)
        self.start()

    def remove(self):
        """End the process and drop the database."""
        self.stop()
        databases.drop(self.database)

    def kill(self):
        """End the process as a power cut would: SIGKILL, nothing is tidied up.

        The runner of jobs takes those for dead that it gave away more than ten seconds
        ago, and looks again a minute later. They are that old when this returns.
        """
        super().kill()
        self.query(
            "UPDATE queue_job SET date_enqueued = date_enqueued - interval '10 s' "
            "WHERE state IN ('enqueued', 'started')"
        )

    def client(self, login, password=None):
        """The client logged in as `login` (demo accounts: the password is the login).

        It is kept: checking a password takes Odoo half a second, as it should.
        """
        key = (login, password or login)
        if key not in self._clients:
            self._clients[key] = Client(self.url, self.database, *key)
        return self._clients[key]

    def query(self, sql):
        """Rows of the database as another process sees them, columns split by `|`."""
        return databases.query(sql, self.database)

    def log_problems(self):
        """The text of each WARNING or worse in the server's log so far."""
        return odoo_log.warnings(self.log.read_text())
