import logging
import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.isp_base import jobs
from odoo.addons.queue_job.exception import RetryableJobError

from ..const import (
    DELAYS,
    HELP_AFTER,
    LOCKED_SECONDS,
    NETWORK_GROUPS,
    get_delay,
)
from ..exceptions import NetworkError, RefusedError, UnreachableError
from ..radius import session_class

_logger = logging.getLogger(__name__)

DRIFT_LIMIT = 1000  # services that one run of the comparison takes up
HELP_ACTIVITY = "isp_network.mail_activity_session_help"


class IspService(models.Model):
    """Brings live sessions in step with what their service is to have.

    The change enqueues a job in its own transaction. The job compares the session
    table with what FreeRADIUS answers now, sends one command for one session, keeps
    the answer, and has the session looked at again: until it is in step, by ever
    longer delays. A job that comes late, twice, or after its worker was killed finds
    what is still to be done, or nothing.
    """

    _inherit = "isp.service"

    credentials_token = fields.Char(
        compute="_compute_credentials_token",
        store=True,
        copy=False,
        groups="base.group_system",
    )
    radius_changed_at = fields.Datetime(
        copy=False, readonly=True, groups="base.group_system"
    )
    command_ids = fields.One2many(
        "isp.radius.command", "service_id", "Commands", groups=NETWORK_GROUPS
    )

    @api.depends("username_key", "password")
    def _compute_credentials_token(self):
        """What tells a session that its user name or password was changed."""
        for service in self:
            service.credentials_token = secrets.token_hex(8)

    # Enqueueing

    def _radius_changed(self, changes):
        result = super()._radius_changed(changes)
        self.browse().union(*changes).sudo().radius_changed_at = fields.Datetime.now()
        by_priority = {}
        for service, (before, after) in changes.items():
            if before:
                priority = self._get_sync_priority(before, after)
                by_priority.setdefault(priority, self.browse())
                by_priority[priority] |= service
        for priority, services in by_priority.items():
            services._enqueue_sync(priority)
        return result

    @api.model
    def _get_sync_priority(self, before, after):
        if after and before["access"] == "isolated" != after["access"]:
            return jobs.RESTORE
        return jobs.CHANGE

    def _enqueue_sync(self, priority=jobs.CHECK, seconds=None):
        """Have a job look at the sessions of each of these, at once or in seconds."""
        for service in self.sudo():
            service.with_delay(
                priority=priority,
                eta=seconds,
                description=self.env._("Sessions of %(service)s", service=service.name),
            )._sync_session(priority)

    @api.model
    def _cron_sync_sessions(self):
        """Enqueue the services whose session has not what it is to have."""
        routers = self.env["isp.router"].search([("state", "!=", "down")])
        rows = self.env["isp.session"]._get_stale(
            routers=routers,
            silent_since=fields.Datetime.subtract(
                fields.Datetime.now(), seconds=DELAYS[-1]
            ),
            limit=DRIFT_LIMIT,
        )
        self.browse({row["service_id"] for row in rows})._enqueue_sync()

    # The job

    def _sync_session(self, priority=jobs.CHECK):
        """Send what one session of this service needs; return in words what was done.

        :raises RetryableJobError: when another job is talking with its router
        """
        self.ensure_one()
        self._confirm_commands()
        stale = self.env["isp.session"]._get_stale(services=self)
        if not stale:
            self._forget_network_help()
            return self.env._("In step.")
        due = [session for session in stale if self._is_due(session)]
        if not due:
            return self.env._("Asked already, it is looked at again.")
        session = due[0]
        router = self.env["isp.router"].browse(session["router_id"]).exists()
        if not router.use_radius:
            return self.env._("The router of the session is gone.")
        if router.state == "down":
            return self.env._(
                "%(router)s is down: this is taken up when it answers.",
                router=router.name,
            )
        if not router._try_lock_wire() or self._was_asked_meanwhile(session):
            raise RetryableJobError(
                self.env._("%(router)s is being talked to.", router=router.name),
                seconds=LOCKED_SECONDS,
                ignore_retry=True,
            )
        command = self._send_command(self._get_command_kind(session), session, router)
        if len(due) > 1:
            self._enqueue_sync(priority)
        self._follow_up(command, priority)
        return command.detail

    def _follow_up(self, command, priority):
        """Have the session looked at again; ask a person when that helps no more."""
        tries = len(self._get_commands(command.unique_id, command.wanted_class))
        if tries >= HELP_AFTER or command.answer == "error":
            self._ask_network_help(command)
        if command.kind == "change" and command.answer == "refused":
            self._enqueue_sync(priority)
        elif command.answer != "silent":  # a silent router is down, its probe resumes
            self._enqueue_sync(seconds=get_delay(tries))

    def _get_commands(self, unique_id, wanted_class):
        """Return what was sent about this session to the same end, the last first."""
        return (
            self.env["isp.radius.command"]
            .sudo()
            .search(
                [
                    ("unique_id", "=", unique_id),
                    ("wanted_class", "=", wanted_class or False),
                    ("user_id", "=", False),
                ]
            )
        )

    def _was_asked_meanwhile(self, session):
        """Whether another job sent a command about this session before it let go of
        the router's lock, too late for this transaction to see it."""
        query = SQL(
            "SELECT COALESCE(max(id), 0) FROM isp_radius_command WHERE unique_id = %s",
            session["unique_id"],
        )
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            (last,) = cr.fetchone()
        ((seen,),) = self.env.execute_query(query)
        return last > seen

    def _is_due(self, session):
        """Whether the last command about this session was long enough ago."""
        commands = self._get_commands(session["unique_id"], session["wanted"])
        last = commands[:1]
        if not last or (last.kind, last.answer) == ("change", "refused"):
            return True
        now, delay = fields.Datetime.now(), get_delay(len(commands))
        return last.date <= fields.Datetime.subtract(now, seconds=delay)

    def _get_command_kind(self, session):
        """Speed and timeouts are changed in the session; all else, and what a router
        refused to change, by closing it: it comes back with what is right."""
        wanted = session["wanted"]
        given = session["class"]
        if not (given and wanted and session_class.same_but_changeable(given, wanted)):
            return "disconnect"
        refused = self._get_commands(session["unique_id"], wanted).filtered(
            lambda command: command.kind == "change" and command.answer == "refused"
        )
        return "disconnect" if refused else "change"

    def _send_command(self, kind, session, router, user=None):
        """Send one command and keep its answer (isp.radius.command)."""
        values = {
            "service_id": self.id,
            "router_id": router.id,
            "date": fields.Datetime.now(),
            "kind": kind,
            "user_id": user and user.id,
            "session_id": session["session_id"],
            "unique_id": session["unique_id"],
            "wanted_class": session.get("wanted"),
        }
        client = router._get_coa_client()
        ask = client.change if kind == "change" else client.disconnect
        try:
            ask(router._prepare_coa(kind, session))
        except NetworkError as error:
            values.update(self._prepare_failure(error))
        else:
            values.update(answer="done", detail=self._describe_done(kind, router))
        router._note_answer(values["answer"] != "silent")
        _logger.info(
            "%s asked to %s a session of %s: %s (Error-Cause %s)",
            router.name,
            kind,
            self.name,
            values["answer"],
            values.get("cause"),
        )
        return self.env["isp.radius.command"].sudo().create(values)

    @api.model
    def _prepare_failure(self, error):
        """Return what a command keeps of a NetworkError."""
        if isinstance(error, RefusedError):
            answer = "refused"
        elif isinstance(error, UnreachableError):
            answer = "silent"
        else:
            answer = "error"
        cause = getattr(error, "cause", None)
        return {"answer": answer, "detail": str(error), "cause": cause}

    @api.model
    def _describe_done(self, kind, router):
        if kind == "change":
            return self.env._("%(router)s changed the speed.", router=router.name)
        return self.env._("%(router)s closes the session.", router=router.name)

    def _confirm_commands(self):
        """Note of the commands that were obeyed that the session table says so too:
        the closed session is closed, the changed one is still open."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE isp_radius_command c SET date_confirmed = %s
                FROM isp_radacct a
                WHERE c.service_id = %s AND c.answer = 'done'
                    AND c.date_confirmed IS NULL AND a.unique_id = c.unique_id
                    AND (a.stopped_at IS NULL) = (c.kind = 'change')
                """,
                fields.Datetime.now(),
                self.id,
            )
        )
        if self.env.cr.rowcount:
            self.env["isp.radius.command"].invalidate_model(["date_confirmed"])

    # A person's turn

    def _ask_network_help(self, command):
        """Give the company's network engineer one activity about this service."""
        self._ask_person(
            HELP_ACTIVITY,
            "network",
            self.env._(
                "The session of %(username)s is not what it should be, and "
                "%(router)s does not help: %(answer)s Remove it on the router by hand; "
                "it comes back with what is right. This closes by itself once it is "
                "so.",
                username=self.username,
                router=command.router_id.name,
                answer=command.detail,
            ),
        )

    def _forget_network_help(self):
        self._close_question(HELP_ACTIVITY)
