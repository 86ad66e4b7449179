import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

from ..locks import lock_or_retry
from .isp_service_plan_change import AHEAD_DAYS, HELP_ACTIVITY

_logger = logging.getLogger(__name__)


class IspService(models.Model):
    """A pause of some weeks or months: planned, begun, ended by itself."""

    _inherit = "isp.service"

    pause_from = fields.Date(readonly=True, copy=False, tracking=True)
    pause_until = fields.Date(
        readonly=True, copy=False, tracking=True, help="The last day of the pause."
    )
    is_paused = fields.Boolean(
        compute="_compute_is_paused", help="The pause is going on."
    )

    _pause_idx = models.Index(
        "(pause_from) WHERE pause_from IS NOT NULL AND state = 'active'"
    )

    @api.depends("suspension_ids.date_end", "suspension_ids.reason")
    def _compute_is_paused(self):
        for service in self:
            rows = service.sudo().suspension_ids.filtered(lambda row: not row.date_end)
            service.is_paused = "pause" in rows.mapped("reason")

    def action_pause(self):
        """Ask from when until when."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._open_wizard("isp_base.isp_service_pause_action")

    def _pause(self, first: date, last: date, **_terms) -> None:
        """Close the line of running services from a day to another one, both included.

        What is agreed for today begins at once, the rest when its day has come.

        :param _terms: of addons, such as what the pause costs
        :raises UserError: for days that cannot be, and for a second pause
        """
        self._check_service_admin()
        self._check_states(["active"])
        lock_or_retry(self)
        services = self.sudo()
        services._check_pause(first, last)
        services.write({"pause_from": first, "pause_until": last})
        services._begin_pauses()
        planned = services.filtered(lambda service: not service.is_paused)
        for company in planned.company_id:
            self._trigger_pauses(company._get_isp_moment(first))

    def _check_pause(self, first, last):
        for service in self:
            today = service.company_id._get_isp_today()
            if not today <= first <= last <= fields.Date.add(today, days=AHEAD_DAYS):
                raise UserError(
                    self.env._(
                        "A pause begins today or later and ends within a year: from "
                        "%(first)s until %(last)s is not possible.",
                        first=format_date(self.env, first),
                        last=format_date(self.env, last),
                    )
                )
            if service.pause_from:
                raise UserError(
                    self.env._(
                        "%(service)s has a pause already, from %(first)s until "
                        "%(last)s. End it first.",
                        service=service.name,
                        first=format_date(self.env, service.pause_from),
                        last=format_date(self.env, service.pause_until),
                    )
                )

    def action_resume(self):
        """End the pause now, or call off the one that is planned."""
        self._check_service_admin()
        self._resume()

    def _resume(self) -> None:
        """End the pauses of these services: those that go on, and those to come."""
        lock_or_retry(self)
        services = self.sudo().filtered("pause_from")
        begun = services.filtered("is_paused")
        begun._restore("pause")
        planned = services - begun
        planned._notify_subscriber("pause_called_off")
        planned.write({"pause_from": False, "pause_until": False})
        services._close_question(HELP_ACTIVITY)

    def _restore(self, reason, note=None):
        result = super()._restore(reason, note)
        if reason == "pause":
            services = self.sudo().filtered("pause_from")
            services.write({"pause_from": False, "pause_until": False})
            services._notify_subscriber("pause_ended")
        return result

    def _terminate(self, reason):
        result = super()._terminate(reason)
        self.sudo().write({"pause_from": False, "pause_until": False})
        return result

    # When the day has come

    @api.model
    def _trigger_pauses(self, at):
        self.env.ref("isp_base.isp_service_pauses_cron").sudo()._trigger(at=at)

    def _filter_pause_due(self):
        """Return those whose pause is to begin by now where their company is."""
        return self.filtered(
            lambda service: (
                service.state == "active"
                and service.pause_from
                and service.pause_from <= service.company_id._get_isp_today()
                and not service.is_paused
            )
        )

    def _begin_pauses(self):
        for service in self._filter_pause_due():
            service._begin_pause()

    def _begin_pause(self) -> None:
        """Close the line until the end of the last day of the pause."""
        end = fields.Date.add(self.pause_until, days=1)
        self._suspend("pause", until=self.company_id._get_isp_moment(end))

    def _begin_late(self):
        """Begin the pauses that the scheduled action comes to, whenever it does: one
        whose last day is over is called off."""
        for service in self:
            if service.pause_until < service.company_id._get_isp_today():
                service._resume()
            else:
                service._begin_pause()
                service._notify_subscriber("pause_begun")

    @api.model
    def _cron_begin_pauses(self):
        """Begin the pauses whose day has come; one that fails stops no other."""
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        due = self.search([("state", "=", "active"), ("pause_from", "<=", tomorrow)])
        due = due._filter_pause_due()
        for number, service in enumerate(due, start=1):
            try:
                with self.env.cr.savepoint():
                    service._filter_pause_due()._begin_late()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                _logger.info("%s pauses next time: %s", service.name, error)
            except Exception as error:
                _logger.warning("%s does not pause: %s", service.name, error)
                note = self.env._(
                    "The pause could not begin: %(error)s", error=str(error)
                )
                service._ask_person(HELP_ACTIVITY, "office", note)
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number)
