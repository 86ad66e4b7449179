import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from odoo import api, fields, models, modules
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.isp_base.jobs import WORK
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import identity_exact

from ..gateways import Banned, GatewayError, Throttled, Uncertain

_logger = logging.getLogger(__name__)

BUDGET = 45  # seconds of one job
LONGEST_NAP = 5  # seconds that a job waits for a message's turn; else another job does
TRIES = 10  # to note a result while a web hook notes another
LOCK = 1_769_209_174  # first half of the advisory locks of numbers


class IspNoticeGateway(models.Model):
    """Sending: one job at a time for a number.

    What is on the wire is committed as such before the request. Who is killed leaves
    it "sending": the next job calls it uncertain, unless the provider takes a key and
    so tells twice the same from two.
    """

    _inherit = "isp.notice.gateway"

    def _enqueue_sending(self, eta=None) -> None:
        """Have a job for each of these numbers once this transaction is committed.

        One that waits already may begin before that, and would see nothing of it. A
        server that ends in between leaves it to ``_cron_send``.
        """
        asked = self.env.cr.postcommit.data.setdefault("isp_notice_sending", {})
        if not asked:
            self.env.cr.postcommit.add(partial(self._enqueue_asked, asked))
        asked.update(dict.fromkeys(self.ids, eta))

    def _enqueue_asked(self, asked):
        """Have these jobs, but for numbers that have one which has not begun.

        :param asked: dict, id of a number: timedelta until it begins, or None
        """
        with self.env.registry.cursor() as cr:
            for gateway in self.with_env(self.env(cr=cr)).browse(asked):
                gateway.with_delay(
                    priority=WORK,
                    eta=asked[gateway.id],
                    identity_key=identity_exact,
                    description=self.env._("Send messages of %s", gateway.name),
                )._send_waiting()

    @api.model
    def _cron_send(self):
        """Have jobs for the numbers that have something to send."""
        due = (
            self.env["isp.notice.message"]
            .sudo()
            ._read_group(
                [
                    ("gateway_id.state", "=", "active"),
                    ("state", "in", ("waiting", "sending")),
                    "|",
                    ("send_after", "=", False),
                    ("send_after", "<=", fields.Datetime.now()),
                ],
                ["gateway_id"],
            )
        )
        for (gateway,) in due:
            gateway._enqueue_sending()

    def _send_waiting(self):
        """Send what waits, as fast as this number may."""
        self.ensure_one()
        with (
            self._alone(),
            self._get_gateway() as gateway,
            ThreadPoolExecutor(self.parallel) as pool,
        ):
            self._settle_left(gateway)
            self._read_templates(gateway)
            self._commit()
            end = time.monotonic() + BUDGET
            while rows := self._take():
                outgoing = rows._prepare_outgoing()
                self._commit()
                self._keep_results(rows, _send_all(gateway, outgoing, pool))
                nap = self._get_nap(len(rows))
                if nap > LONGEST_NAP or time.monotonic() + nap > end:
                    self._enqueue_sending(eta=timedelta(seconds=nap))
                    return
                time.sleep(nap)

    @contextmanager
    def _alone(self):
        """Hold this number for one job, until it is through or its process is gone.

        :raises RetryableJobError: when another one has it
        """
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, self.id])
            if not cr.fetchone()[0]:
                raise RetryableJobError(
                    "Another job sends for this number", seconds=5, ignore_retry=True
                )
            yield

    def _commit(self):
        """What is on the wire is known whatever comes; tests are one transaction."""
        self.env.flush_all()
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _settle_left(self, gateway):
        """Settle what a job that was killed had on the wire."""
        left = self.env["isp.notice.message"].search(
            [("gateway_id", "=", self.id), ("state", "=", "sending")]
        )
        if not left:
            return
        _logger.warning("%d messages of %s were on the wire", len(left), self.name)
        if gateway.idempotent:
            left.write({"state": "waiting"})
        else:
            left._note_uncertain(
                self.env._("The server stopped while it was sent: ask the subscriber.")
            )

    def _take(self):
        """Return the next messages, noted as being on the wire."""
        taken = self.env["isp.notice.message"]
        now = fields.Datetime.now()
        self.invalidate_recordset(["state", "blocked_until"])
        room = self._get_room()
        if self.state != "active" or room <= 0 or (self.blocked_until or now) > now:
            return taken
        while not taken and (rows := self._lock_waiting(now, room)):
            rows._refuse_unwanted()
            rows._refuse_unfit()
            rows._put_off_to_waking()
            taken = rows.filtered(
                lambda m: m.state == "waiting" and (m.send_after or now) <= now
            )
        cost = self.message_price
        taken.write({"state": "sending", "date_sent": now, "cost": cost})
        return taken

    def _lock_waiting(self, now, room):
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM isp_notice_message
                WHERE gateway_id = %s AND state = 'waiting'
                    AND (send_after IS NULL OR send_after <= %s)
                ORDER BY at_once DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
                """,
                *(self.id, now, min(self.parallel, room)),
            )
        )
        rows = self.env["isp.notice.message"].browse([row_id for (row_id,) in found])
        rows.invalidate_recordset()
        return rows

    def _get_room(self):
        """Return how many messages may still leave today."""
        limit = self._get_today_limit()
        return limit - self._count_today() if limit else self.parallel

    def _get_nap(self, count):
        """Return for how many seconds the number is silent after so many messages."""
        if not self.per_minute:
            return 0
        return 60 * count / self.per_minute * random.uniform(2 / 3, 4 / 3)

    def _keep_results(self, rows, results):
        """Note what came of these messages, also when a web hook about one of them is
        being taken at the same time."""
        for tries in range(TRIES, -1, -1):
            try:
                rows._wait_for_locks()
                self._note_results(rows, results)
                self._commit()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not tries or modules.module.current_test:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)

    def _note_results(self, rows, results):
        for row, result in zip(rows, results, strict=True):
            row._note_result(result)
            if isinstance(result, Throttled) and not result.recipient_only:
                self.blocked_until = fields.Datetime.now() + timedelta(
                    seconds=result.after
                )
        banned = [r for r in results if isinstance(r, Banned)]
        if banned:
            self._stop(self.env._("The provider says: %s", banned[0]))
        elif self.state == "active" and "failed" in rows.mapped("state"):
            self._watch()
        _logger.info("%d messages sent by %s", len(rows), self.name)


def _send_all(gateway, messages, pool):
    """Send these messages at the same time; return what came of each: Sent, or the
    exception. No thread touches the database."""
    return list(pool.map(lambda message: _send(gateway, message), messages))


def _send(gateway, message):
    try:
        return gateway.send(message)
    except GatewayError as error:
        return error
    except Exception as error:  # pylint: disable=broad-except
        _logger.exception("A message could not be sent")
        return Uncertain(type(error).__name__)
