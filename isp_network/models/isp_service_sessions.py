import logging
import secrets
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models
from odoo.tools import SQL, OrderedSet, groupby, split_every

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

AT_ONCE = 50  # services of a job: so many commands are on the wire together
DRIFT_LIMIT = 1000  # services that one run of the comparison takes up
# Seconds to wait for a router that others talk with, before a job comes back later.
PATIENCE = {jobs.RESTORE: 1, jobs.CHANGE: 0.25}
HELP_ACTIVITY = "isp_network.mail_activity_session_help"


class IspService(models.Model):
    """Brings live sessions in step with what their service is to have.

    The change enqueues a job in its own transaction. The job compares the session
    table with what FreeRADIUS answers now, sends one command for one session of each of
    some services, keeps the answers, and has the sessions looked at again: until they
    are in step, by ever longer delays. A job that comes late, twice, or after its
    worker was killed finds what is still to be done, or nothing.
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
        """Have jobs look at the sessions of these, at once or in seconds."""
        for ids in split_every(AT_ONCE, self.ids):
            services = self.sudo().browse(ids)
            services.with_delay(
                priority=priority, eta=seconds, description=services._describe_sync()
            )._sync_session(priority)

    def _describe_sync(self):
        if len(self) == 1:
            return self.env._("Sessions of %(service)s", service=self.name)
        return self.env._("Sessions of %(count)s services", count=len(self))

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
        """Send what one session of each of these needs, to each router all at once;
        return in words what was done.

        :raises RetryableJobError: when other jobs are talking with their routers
        """
        self._confirm_commands()
        stale = self.env["isp.session"]._get_stale(services=self)
        wrong = self.browse({session["service_id"] for session in stale})
        (self - wrong)._forget_network_help()
        if not stale:
            return self.env._("In step.")
        commands = self._get_commands(stale)
        due = [session for session in stale if self._is_due(session, commands)]
        if not due:
            return self.env._("Asked already, it is looked at again.")
        first = {session["service_id"]: session for session in reversed(due)}
        sent, busy, words = self._send_to_routers(
            first.values(), commands, PATIENCE.get(priority, 0)
        )
        if busy and not sent:
            raise RetryableJobError(
                words[-1], seconds=LOCKED_SECONDS, ignore_retry=True
            )
        busy._enqueue_sync(priority, LOCKED_SECONDS)
        asked = set(sent.mapped("unique_id"))
        others = {s["service_id"] for s in due if s["unique_id"] not in asked}
        (sent.service_id & self.browse(others))._enqueue_sync(priority)
        self._follow_up(sent, commands, priority)
        return "\n".join(OrderedSet([*words, *sent.mapped("detail")]))

    def _send_to_routers(self, sessions, commands, seconds=0):
        """Return (isp.radius.command that were sent, services whose router is talked
        to by others, what else there is to say).

        :param seconds: that a router is waited for while others talk with it, if it is
            the only one: two jobs that want several would wait for each other
        """
        sent = self.env["isp.radius.command"].sudo()
        busy, words = self.browse(), []
        by_router = groupby(sessions, lambda session: session["router_id"])
        seconds = seconds if len(by_router) == 1 else 0
        for router_id, group in by_router:
            router = self.env["isp.router"].browse(router_id).exists()
            if not router.use_radius:
                words.append(self.env._("The router of the session is gone."))
            elif router.state == "down":
                words.append(
                    self.env._(
                        "%(router)s is down: this is taken up when it answers.",
                        router=router.name,
                    )
                )
            elif not router._try_lock_wire(seconds) or self._were_asked_meanwhile(
                group
            ):
                busy |= self.browse(session["service_id"] for session in group)
                words.append(
                    self.env._("%(router)s is being talked to.", router=router.name)
                )
            else:
                kinds = [self._get_command_kind(each, commands) for each in group]
                sent |= self._send_commands(zip(kinds, group, strict=True), router)
        return sent, busy, words

    def _follow_up(self, sent, commands, priority):
        """Have the sessions looked at again; ask a person when that helps no more."""
        later = {}
        for command in sent:
            tries = len(commands[command.unique_id, command.wanted_class]) + 1
            if tries >= HELP_AFTER or command.answer == "error":
                command.service_id._ask_network_help(command)
            if command.kind == "change" and command.answer == "refused":
                when = (priority, None)
            elif command.router_id.state == "down":
                continue  # its probe resumes
            else:
                when = (jobs.CHECK, get_delay(tries))
            later[when] = later.get(when, self.browse()) | command.service_id
        for when, services in later.items():
            services._enqueue_sync(*when)

    def _get_commands(self, sessions):
        """Return {(unique id, wanted class): what was sent about this session to this
        end by itself, the last first}."""
        commands = self.env["isp.radius.command"].sudo()
        ids = [session["unique_id"] for session in sessions]
        sent = commands.search([("unique_id", "in", ids), ("user_id", "=", False)])
        groups = sent.grouped(lambda command: (command.unique_id, command.wanted_class))
        return defaultdict(commands.browse, groups)

    def _were_asked_meanwhile(self, sessions):
        """Whether another job sent a command about one of these before it let go of
        the router's lock, too late for this transaction to see it."""
        query = SQL(
            "SELECT COALESCE(max(id), 0) FROM isp_radius_command WHERE unique_id IN %s",
            tuple(session["unique_id"] for session in sessions),
        )
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            (last,) = cr.fetchone()
        ((seen,),) = self.env.execute_query(query)
        return last > seen

    def _is_due(self, session, commands):
        """Whether the last command about this session was long enough ago."""
        commands = commands[session["unique_id"], session["wanted"] or False]
        last = commands[:1]
        if not last or (last.kind, last.answer) == ("change", "refused"):
            return True
        now, delay = fields.Datetime.now(), get_delay(len(commands))
        return last.date <= fields.Datetime.subtract(now, seconds=delay)

    def _get_command_kind(self, session, commands):
        """Speed and timeouts are changed in the session; all else, and what a router
        refused to change, by closing it: it comes back with what is right."""
        wanted = session["wanted"]
        given = session["class"]
        if not (given and wanted and session_class.same_but_changeable(given, wanted)):
            return "disconnect"
        refused = commands[session["unique_id"], wanted].filtered(
            lambda command: command.kind == "change" and command.answer == "refused"
        )
        return "disconnect" if refused else "change"

    def _send_commands(self, asked, router, user=None):
        """Send commands to one router, all at once, and keep its answers
        (isp.radius.command): a silent one costs one timeout.

        :param asked: (kind, session) of each
        """
        asked = list(asked)
        client = router._get_coa_client()
        packets = [
            (kind, router._prepare_coa(kind, session)) for kind, session in asked
        ]
        with ThreadPoolExecutor(len(packets)) as pool:
            errors = list(pool.map(lambda packet: _ask(client, *packet), packets))
        silent = [isinstance(error, UnreachableError) for error in errors]
        router._note_answer(not all(silent))
        vals_list = [
            self._prepare_command(kind, session, router, user, error)
            for (kind, session), error in zip(asked, errors, strict=True)
        ]
        answers = Counter(vals["answer"] for vals in vals_list)
        _logger.info("%s was asked about sessions: %s", router.name, dict(answers))
        return self.env["isp.radius.command"].sudo().create(vals_list)

    @api.model
    def _prepare_command(self, kind, session, router, user, error):
        """Return the vals of a command that was answered, or not: by a NetworkError."""
        values = {
            "service_id": session["service_id"],
            "router_id": router.id,
            "date": fields.Datetime.now(),
            "kind": kind,
            "user_id": user and user.id,
            "session_id": session["session_id"],
            "unique_id": session["unique_id"],
            "wanted_class": session.get("wanted"),
        }
        if error:
            return {**values, **self._prepare_failure(error)}
        detail = self._describe_done(kind, router)
        return {**values, "answer": "done", "detail": detail}

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
                WHERE c.service_id IN %s AND c.answer = 'done'
                    AND c.date_confirmed IS NULL AND a.unique_id = c.unique_id
                    AND (a.stopped_at IS NULL) = (c.kind = 'change')
                """,
                fields.Datetime.now(),
                tuple(self.ids),
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


def _ask(client, kind, attributes):
    """Return the NetworkError that a command met, or None."""
    try:
        (client.change if kind == "change" else client.disconnect)(attributes)
    except NetworkError as error:
        return error
    return None
