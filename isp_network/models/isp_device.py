import logging
from contextlib import AbstractContextManager, closing, contextmanager

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.isp_base import jobs
from odoo.addons.queue_job.exception import RetryableJobError

from ..const import (
    HELP_AFTER,
    HELP_MINUTES,
    LOCKED_SECONDS,
    get_delay,
)
from ..exceptions import NetworkError, RefusedError, UnreachableError

_logger = logging.getLogger(__name__)

BATCH = 200  # items of one job
FRESH_MINUTES = 1  # an answer that is no news is written down so often
HELP_ACTIVITY = "isp_network.mail_activity_router_api_help"


class IspDevice(models.AbstractModel):
    """A device of the network that Odoo talks to: a router, an OLT, an ACS.

    Where it is, and whether it answers. One job talks with it at a time. What it is to
    hold are items (``isp.device.item``), brought onto it by jobs that try again by ever
    longer delays; while it is down they wait for it at no cost, and are taken up once
    it answers. What it holds otherwise is a list of differences (``isp.device.drift``).

    A model that inherits it says of which models these are, and overrides `_get_api`
    and `_apply_items`.
    """

    _name = "isp.device"
    _description = "Device of the Network"
    _inherit = ["isp.notice.mixin", "mail.thread", "mail.activity.mixin"]

    _item_model = None  # name of its isp.device.item

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    pop_id = fields.Many2one(
        "isp.pop", "POP", check_company=True, tracking=True, index="btree_not_null"
    )
    address = fields.Char(required=True, tracking=True)
    state = fields.Selection(
        [("unknown", "Not seen yet"), ("up", "Answers"), ("down", "Does not answer")],
        "Status",
        default="unknown",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    state_since = fields.Datetime(readonly=True, copy=False)
    last_contact = fields.Datetime(readonly=True, copy=False)
    api_error = fields.Char("Last Error", readonly=True, copy=False)
    note = fields.Text()

    # Up or down

    def _set_answers(self, answers):
        """Note that the devices were, or were not, heard of just now."""
        now = fields.Datetime.now()
        state = "up" if answers else "down"
        if answers:
            self.sudo().write({"last_contact": now})
        changed = self.sudo().filtered(lambda device: device.state != state)
        for device in changed:
            _logger.info(
                "%s (%s, %s) is %s, was %s since %s",
                device.name,
                device._name,
                device.address,
                state,
                device.state,
                device.state_since,
            )
        changed.write({"state": state, "state_since": now})

    def _note_answer(self, answers):
        """Write down whether the device answered just now, rarely when it is no news.

        One that is back gets what it missed; one that fell silent is asked again soon.
        """
        self.ensure_one()
        device = self.sudo()
        fresh = fields.Datetime.subtract(fields.Datetime.now(), minutes=FRESH_MINUTES)
        before, heard = device.state, device.last_contact
        if answers and before == "up" and heard and heard >= fresh:
            return
        device._set_answers(answers)
        if not answers and before != "down":
            device._probe_soon()
        if answers and before != "up":
            device._resume(before)

    def _probe_soon(self):
        """Hook: the device fell silent. Have it asked again within a minute, so that
        what waits for it does not wait for long."""

    def _resume(self, before):
        """Hook: the device answers. Enqueue what waited for it.

        :param before: its state until now, "down" or "unknown"
        """
        self._close_question(HELP_ACTIVITY)
        if self._is_kept():
            waiting = self._get_items(("state", "!=", "applied"))
            _logger.info("%s was %s: %s items wait", self.name, before, len(waiting))
            self._enqueue_items(waiting)

    def _note_api_answer(self, error=None):
        """Write down how talking to its API went.

        :param error: NetworkError, None when all went well
        """
        self.ensure_one()
        device = self.sudo()
        if (text := str(error).strip() if error else False) != device.api_error:
            device.api_error = text
        if not device._is_seen_by_api():
            return
        device._note_answer(not error)
        if error and not isinstance(error, UnreachableError):
            device._ask_hand(HELP_ACTIVITY, str(error))

    def _is_seen_by_api(self):
        """Hook: whether it is its API that says whether the device answers."""
        self.ensure_one()
        return True

    def _ask_hand(self, activity, text):
        """Give the company's network engineer one activity of this type about the
        device; while it is open no other is made."""
        self.ensure_one()
        self._ask_person(activity, "network", text)

    def _filter_long_down(self):
        """Return those that are silent for so long that a person is to know."""
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=HELP_MINUTES)
        return self.filtered(lambda d: d.state == "down" and d.state_since < since)

    # Talking

    def _get_api(self) -> AbstractContextManager:
        """Hook: return what talks with this device, as a context manager that connects
        when it is entered and raises NetworkError.

        :raises UserError: when it has no API, or what to reach it with is not filled in
        """
        self.ensure_one()
        raise UserError(
            self.env._("%(device)s is of a brand without an API.", device=self.name)
        )

    @contextmanager
    def _open_api(self):
        """Give what talks with the device; note whether it answered.

        :raises NetworkError: as the connection does
        """
        endpoint = self._get_api()
        try:
            with endpoint as connection:
                yield connection
        except NetworkError as error:
            self._note_api_answer(error)
            raise
        self._note_api_answer()

    @contextmanager
    def _api_for_person(self):
        """Like `_open_api`, for a button: what goes wrong is told.

        :raises UserError: when the device does not answer, or refuses
        """
        try:
            with self._get_api() as connection:
                yield connection
        except RefusedError as error:
            raise UserError(
                self.env._("%(router)s: %(error)s", router=self.name, error=error)
            ) from error
        except NetworkError as error:
            raise UserError(str(error)) from error

    def _try_lock_wire(self, seconds=0):
        """Take the device for this transaction; return whether it was free, or became
        so within some seconds. Who waits holds no other device."""
        self.ensure_one()
        key = SQL("hashtext(%s), %s", self._name, self.id)
        cr = self.env.cr
        cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s)", key))
        (taken,) = cr.fetchone()
        if taken or not seconds:
            return taken
        try:
            with cr.savepoint(flush=False):
                cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{seconds}s"))
                query = SQL("SELECT pg_advisory_xact_lock(%s)", key)
                cr.execute(query, log_exceptions=False)
                cr.execute("SET LOCAL lock_timeout = 0")
        except LockNotAvailable:
            return False
        return True

    def _lock_wire(self):
        """:raises RetryableJobError: when another transaction talks with the device"""
        if not self._try_lock_wire():
            raise RetryableJobError(
                self.env._("%(router)s is being talked to.", router=self.name),
                seconds=LOCKED_SECONDS,
                ignore_retry=True,
            )

    @api.model
    def _check_fresh(self, *several):
        """Let the job be run again when one of these records was changed since it
        began, by a person, or by the job that had the device before it: with what it
        knows it would write what is past. Locks nobody out.

        :raises psycopg2.errors.SerializationFailure: queue_job, or Odoo for a button,
            runs it again
        """
        for records in several:
            records.flush_recordset()
            table = SQL.identifier(records._table)
            query = "SELECT id FROM %s WHERE id = ANY(%s) FOR SHARE SKIP LOCKED"
            with closing(self.env.cr.savepoint(flush=False)):
                self.env.cr.execute(SQL(query, table, records.ids))

    # What it is to hold

    def _is_kept(self):
        """Hook: whether Odoo keeps items on this device at all."""
        self.ensure_one()
        return self.active

    def _get_items(self, *domain):
        """Return the items (isp.device.item) of these devices."""
        items = self.env[self._item_model]
        return items.search([(items._device_field, "in", self.ids), *domain])

    def _enqueue_items(self, items, priority=jobs.CHANGE, seconds=None):
        """Have jobs bring these items onto this device, at once or in seconds."""
        self.ensure_one()
        for ids in split_every(BATCH, items.ids):
            self.sudo().with_delay(
                priority=priority,
                eta=seconds,
                description=self.env._(
                    "%(device)s: %(count)s items", device=self.name, count=len(ids)
                ),
            )._sync_items(list(ids))

    def _sync_items(self, item_ids):
        """Bring these items onto this device; return in words what was done. A job.

        :raises RetryableJobError: when another job is talking with the device
        """
        return self._work_off(
            self._get_items(("id", "in", item_ids), ("state", "!=", "applied"))
        )

    def _work_off(self, items, *others):
        """
        :param items: isp.device.item that are not applied
        :param others: records that what is wanted of the device is made of
        """
        self.ensure_one()
        if not items:
            return self.env._("In step.")
        if not self._is_kept():
            return self.env._("The API of this router is not used for services.")
        if self.state == "down":
            return self.env._("It is down: this is taken up when it answers.")
        self._lock_wire()
        self._check_fresh(items, *others)
        try:
            return self._apply_items(items)
        except (NetworkError, UserError) as error:
            return str(error)

    def _apply_items(self, items):
        """Hook: compare what the device holds of these items with what it is to hold,
        apply the difference, and note the outcome by `_note_items`.

        :return: in words what was done
        :raises NetworkError: what the device did not do
        """
        raise UserError(
            self.env._(
                "%(device)s is of a brand without an API: %(count)s items wait.",
                device=self.name,
                count=len(items),
            )
        )

    def _note_items(self, done, errors):
        """Write down what became of items: one is on the device, or was refused.

        :param done: {item: values to write beside}
        :param errors: {item: what the device said (str)}
        """
        items = self.env[self._item_model]
        items.union(*done).date_applied = fields.Datetime.now()
        for item, values in done.items():
            values = {"state": "applied", "error": False, "tries": 0, **values}
            news = {name: new for name, new in values.items() if item[name] != new}
            if news:  # most have none, when all of a device is compared
                item.write(news)
        for item, error in errors.items():
            item.write({"state": "failed", "error": error, "tries": item.tries + 1})
        failed = items.union(*errors)
        if failed:
            _logger.info(
                "%s refuses %s of %s items, such as %s: %s",
                self.name,
                len(failed),
                len(failed) + len(done),
                failed[0].display_name,
                failed[0].error,
            )
        self._follow_up_failed(failed)

    def _follow_up_failed(self, failed):
        """Try again what was refused, by ever longer delays; ask a person when that
        helps no more, and leave him alone once nothing is refused."""
        for tries, items in failed.grouped("tries").items():
            self._enqueue_items(items, jobs.CHECK, get_delay(tries))
        worst = failed.filtered(lambda item: item.tries >= HELP_AFTER)
        if worst:
            self._ask_hand(
                HELP_ACTIVITY,
                self.env._(
                    "The router refuses %(count)s services, such as %(service)s: "
                    "%(error)s",
                    count=len(worst),
                    service=worst[0].display_name,
                    error=worst[0].error,
                ),
            )
        elif not self._get_items(("state", "=", "failed")):
            self._close_question(HELP_ACTIVITY)
