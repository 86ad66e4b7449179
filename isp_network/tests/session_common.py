from contextlib import closing

from pyrad import packet

from odoo import fields, sql_db
from odoo.tools import SQL

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import RadiusCommon
from .radius_peer import RadiusPeer

MAC = "AA:BB:CC:00:00:01"


class SessionCommon(RadiusCommon):
    """A service that is online at a router that answers over a real socket.

    ``self.peer.answer`` says how the router answers, ``self.peer.requests`` is what it
    was asked; ``self.jobs`` are the jobs that would be run.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_cisco()
        cls.secret = cls.router._isp_get_secret("radius_secret")
        cls.router.write({"address": "127.0.0.1", "coa_timeout": 1, "vendor": "cisco"})
        cls.router._set_answers(True)
        cls.service = cls._create_active_service()

    def setUp(self):
        super().setUp()
        self.peer = RadiusPeer(self._obey, secret=self.secret)
        self.addCleanup(self.peer.close)
        self.router.coa_port = self.peer.port
        self.jobs = self.enterContext(trap_jobs())
        self.live = self._start_session(self.service)

    @staticmethod
    def _obey(request):
        if request.code == packet.CoARequest:
            return packet.CoAACK
        return packet.DisconnectACK

    def _get_user_row(self, service):
        """Return the row of isp_radius_user as a dict; None without."""
        self.env.cr.flush()
        rows = self.env.execute_query_dict(
            SQL("SELECT * FROM isp_radius_user WHERE service_id = %s", service.id)
        )
        return rows[0] if rows else None

    def _get_class(self, service):
        items = self._get_user_row(service)["check_items"]
        return next(value for name, _op, value in items if name == "Tmp-String-1")

    def _start_session(self, service, **vals):
        """Write the accounting of a session that is let in now; return its id."""
        now = fields.Datetime.now()
        values = {
            "session_id": f"8a{service.id:06x}",
            "username": service.username,
            "service_id": service.id,
            "router_id": self.router.id,
            "mac": MAC,
            "address": "10.20.0.9",
            "started_at": now,
            "updated_at": now,
            **vals,
        }
        values.setdefault("class", self._get_class(service))
        values.setdefault("unique_id", f"u-{values['session_id']}")
        self.env.cr.execute(
            SQL(
                "INSERT INTO isp_radacct (%s) VALUES %s",
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(values.values()),
            )
        )
        return values["unique_id"]

    def _update_session(self, unique_id, **vals):
        self.env.cr.execute(
            SQL(
                "UPDATE isp_radacct SET %s WHERE unique_id = %s",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in vals.items()
                ),
                unique_id,
            )
        )

    def _stop_session(self, unique_id):
        now = fields.Datetime.now()
        self._update_session(
            unique_id, stopped_at=now, updated_at=now, terminate_cause="Admin-Reset"
        )

    def _stale(self):
        """Return the unique ids of the sessions that are not what they should be."""
        self.env.cr.flush()
        rows = self.env["isp.session"]._get_stale(services=self.service)
        return [row["unique_id"] for row in rows]

    def _sync(self, service=None):
        """End the transaction as far as a test can, and run the job that it left."""
        self.env.cr.flush()
        return (service or self.service)._sync_session()

    def _hours_later(self, hours=2):
        """Let the commands so far have been sent long ago."""
        for command in self.service.command_ids:
            command.date = fields.Datetime.subtract(command.date, hours=hours)

    def _other_transaction(self):
        return closing(sql_db.db_connect(self.env.cr.dbname).cursor())
