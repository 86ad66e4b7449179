import shutil
from pathlib import Path

from odoo import api, fields, models
from odoo.tools import SQL, config

from ..backup import NOTE as BACKUP
from ..health import OK, PROBLEM, WARNING, Check, Finding, Metric

STALLED_MINUTES = 15  # a job that could start is not started
LATE_MINUTES = 60  # a scheduled action is not run
BACKUP_HOURS = (26, 74)  # one of a day is late, three days have none
CONNECTIONS = (75, 90)  # percent of max_connections
DISK = (85, 95)  # percent that are used
DISK_LEAST = 2 << 30  # bytes; fewer are a problem on the largest disk


class IspHealthCheck(models.TransientModel):
    """Whether what is to happen by itself happens, and has the room for it."""

    _inherit = "isp.health.check"

    @api.model
    def _get_checks(self) -> list[Check]:
        return super()._get_checks() + [
            Check("jobs", self.env._("Jobs"), live=True),
            Check("crons", self.env._("Scheduled actions"), live=True),
            Check("mail", self.env._("Outgoing mail")),
            Check("connections", self.env._("Connections of the database"), live=True),
            Check("disk", self.env._("Room for files"), live=True),
            Check("backup", self.env._("Backup"), live=True),
        ]

    def _measure_jobs(self):
        waiting, failed, minutes, works = self._count_jobs()
        found = self.env._(
            "%(waiting)s wait, %(failed)s failed.", waiting=waiting, failed=failed
        )
        if minutes >= STALLED_MINUTES and not works:
            return Finding(
                PROBLEM,
                self.env._(
                    "%(found)s One waits for %(minutes)s minutes; nobody works on any.",
                    found=found,
                    minutes=minutes,
                ),
                self.env._(
                    "Look in Odoo's log for “jobrunner”: it must start with Odoo and "
                    "reach it at its http_port."
                ),
            )
        if failed:
            return Finding(
                WARNING,
                found,
                self.env._(
                    "Look at Job Queue > Queue > Jobs, filter Failed: read why, mend "
                    "it, and press Requeue."
                ),
            )
        return Finding(OK, found)

    def _count_jobs(self):
        """Return numbers: jobs that wait, that failed, the minutes for which the first
        that could start waits, and whether one was begun within the hour."""
        query = SQL(
            """
            SELECT count(*) FILTER (WHERE state IN ('pending', 'enqueued')),
                   count(*) FILTER (WHERE state = 'failed'),
                   COALESCE(extract(epoch FROM %(now)s - min(
                       GREATEST(eta, date_created))
                       FILTER (WHERE state = 'pending')) / 60, 0)::int,
                   COALESCE(bool_or(state IN ('enqueued', 'started')
                       AND date_enqueued > %(now)s - interval '1 hour'), false)
            FROM queue_job
            WHERE state IN ('pending', 'enqueued', 'started', 'failed')
            """,
            now=fields.Datetime.now(),
        )
        return self.env.execute_query(query)[0]

    def _measure_crons(self):
        late, failing, stopped = self._find_troubled_crons()
        if late:
            return Finding(
                PROBLEM,
                self.env._(
                    "Not run when it was time: %(names)s.", names=", ".join(late)
                ),
                self.env._(
                    "Set max_cron_threads to 1 or more in odoo.conf; one that runs for "
                    "hours is seen in Odoo's log."
                ),
            )
        if failing or stopped:
            return Finding(
                WARNING,
                self.env._(
                    "They fail, or are switched off: %(names)s.",
                    names=", ".join(failing + stopped),
                ),
                self.env._(
                    "Odoo's log says why; switch them on again at Settings > Technical "
                    "> Scheduled Actions."
                ),
            )
        return Finding(OK, self.env._("All ran when it was time."))

    def _find_troubled_crons(self):
        """Return three lists of names: actions that are late, that failed the last
        time, and those of ours that are switched off."""
        crons = self.env["ir.cron"].search([("active", "in", [True, False])])
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", "isp\\_%")]
        )
        ours = set(ours.mapped("res_id"))
        limit = fields.Datetime.subtract(fields.Datetime.now(), minutes=LATE_MINUTES)
        late = crons.filtered(
            lambda c: (
                c.active
                and max(c.nextcall, c.lastcall or c.nextcall, c.write_date) < limit
            )
        )
        failing = crons.filtered(lambda c: c.active and c.failure_count) - late
        stopped = crons.filtered(lambda c: not c.active and c.id in ours)
        return [part.mapped("cron_name") for part in (late, failing, stopped)]

    def _measure_mail(self):
        failed = self.env["mail.mail"].search_count([("state", "=", "exception")])
        servers = self.env["ir.mail_server"].search_count([])
        if not servers and config["smtp_server"] in ("", "localhost"):
            return Finding(
                PROBLEM,
                self.env._("There is no outgoing mail server."),
                self.env._(
                    "Add one at Settings > Technical > Outgoing Mail Servers, and test "
                    "it: invoices and reminders are mailed."
                ),
            )
        found = self.env._("%(count)s mails could not be sent.", count=failed)
        if failed:
            advice = self.env._("Look at Settings > Technical > Emails, filter Failed.")
            return Finding(WARNING, found, advice)
        return Finding(OK, found)

    def _measure_connections(self):
        used, most = self._count_connections()
        return Finding(
            self._grade(100 * used / most, *CONNECTIONS),
            self.env._("%(used)s of %(most)s.", used=used, most=most),
            self.env._(
                "Raise max_connections of PostgreSQL; who holds them is in "
                "pg_stat_activity."
            )
            if 100 * used / most >= CONNECTIONS[0]
            else "",
        )

    def _count_connections(self):
        query = SQL(
            """
            SELECT count(*), current_setting('max_connections')::int
            FROM pg_stat_activity WHERE backend_type = 'client backend'
            """
        )
        return self.env.execute_query(query)[0]

    def _measure_disk(self):
        disk = self._get_disk()
        percent = 100 - 100 * disk.free / disk.total
        state = self._grade(percent, *DISK)
        if disk.free < DISK_LEAST:
            state = PROBLEM
        return Finding(
            state,
            self.env._(
                "%(free).1f GB of %(total).1f GB are free.",
                free=disk.free / 2**30,
                total=disk.total / 2**30,
            ),
            ""
            if state == OK
            else self.env._(
                "Free some space where data_dir is: uploads and log-ins fail without."
            ),
        )

    def _get_disk(self):
        folder = Path(config.filestore(self.env.cr.dbname))
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder)

    def _measure_backup(self):
        hours = self._get_backup_age()
        if hours is None:
            return Finding(
                PROBLEM,
                self.env._("None has been noted."),
                self.env._(
                    "Let “odoo isp_backup” run each night, and restore one for a trial "
                    "(docs/operations.md; it says too how another tool notes its own)."
                ),
            )
        state = self._grade(hours, *BACKUP_HOURS)
        return Finding(
            state,
            self.env._("The last one is of %(hours)d hours ago.", hours=hours),
            ""
            if state == OK
            else self.env._("Look why the nightly backup did not run."),
        )

    def _get_backup_age(self):
        """Return the hours (float) since the last backup, None when there is none."""
        parameter = self.env["ir.config_parameter"].search([("key", "=", BACKUP)])
        if not parameter.value:
            return None
        age = fields.Datetime.now() - fields.Datetime.to_datetime(parameter.value)
        return age.total_seconds() / 3600

    @api.model
    def _get_metrics(self) -> list[Metric]:
        checks = self.sudo()
        waiting, failed, minutes, _works = checks._count_jobs()
        used, most = checks._count_connections()
        late, failing, stopped = checks._find_troubled_crons()
        hours = checks._get_backup_age()
        jobs = [({"state": "waiting"}, waiting), ({"state": "failed"}, failed)]
        crons = [
            ({"state": name}, len(found))
            for name, found in zip(
                ("late", "failing", "stopped"), (late, failing, stopped), strict=True
            )
        ]
        return super()._get_metrics() + [
            Metric("isp_services", "Services by state.", checks._count_services()),
            Metric("isp_jobs", "Jobs that are not done.", jobs),
            Metric(
                "isp_jobs_oldest_seconds",
                "For how long the first job that could start has waited.",
                [({}, 60 * minutes)],
            ),
            Metric("isp_scheduled_actions", "Those in trouble.", crons),
            Metric("isp_database_connections", "In use.", [({}, used)]),
            Metric("isp_database_connections_max", "Admitted.", [({}, most)]),
            Metric("isp_disk_free_bytes", "Of files.", [({}, checks._get_disk().free)]),
            Metric(
                "isp_backup_age_seconds",
                "Since the last backup.",
                [] if hours is None else [({}, round(3600 * hours))],
            ),
        ]

    def _count_services(self):
        rows = self.env["isp.service"]._read_group([], ["state"], ["__count"])
        return [({"state": state}, count) for state, count in rows]
