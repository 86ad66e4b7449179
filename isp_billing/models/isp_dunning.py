import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import split_every

from odoo.addons.isp_base import jobs

from ..const import BATCH
from .isp_service_invoices import HELP_ACTIVITY

WAITING = "isp_billing.services_to_judge"  # in the data of cr.precommit: their ids

_logger = logging.getLogger(__name__)


class IspDunning(models.AbstractModel):
    """Reminds of open invoices, isolates services that are overdue past their days of
    grace, restores those that are not."""

    _name = "isp.dunning"
    _description = "Dunning"

    # Isolation

    @api.model
    def _judge(self, services):
        """Isolate and restore these services as their invoices are now.

        First their rows are written: of a payment and an isolation that meet, the
        later one fails to serialize here and is run again on what the first has left.
        """
        services = services.sudo().filtered(lambda s: s.state == "active")
        services._bump_access_version()
        isolated, restored = self._judge_overdue(services)
        restored |= self._judge_first_payment(services)
        if isolated or restored:
            _logger.info(
                "%d services judged: %d isolated, %d restored",
                *map(len, (services, isolated, restored)),
            )

    @api.model
    def _judge_overdue(self, services):
        """Return (services isolated now, services restored now)."""
        isolated = self._get_isolated(services, "overdue")
        invoices = {}
        for company, group in services.grouped("company_id").items():
            invoices |= self._get_overdue_invoices(group, company)
        paid = isolated.filtered(lambda service: service not in invoices)
        paid._restore("overdue")
        notes = {}
        for service, moves in invoices.items():
            held = moves.filtered_domain(self._get_held_domain(service.company_id))
            if service not in isolated and moves - held:
                notes[service] = ", ".join((moves - held).mapped("name"))
        unpaid = services.browse().union(*notes)
        if unpaid:
            unpaid._suspend("overdue", note=notes)
        return unpaid, paid

    @api.model
    def _judge_first_payment(self, services):
        """Restore those whose first invoice is paid, or credited, by now; return
        them."""
        isolated = self._get_isolated(services, "before_payment")
        paid = isolated.filtered(
            lambda s: (
                s.first_invoice_id.state == "posted"
                and not s.first_invoice_id._isp_is_open()
            )
        )
        paid._restore("before_payment")
        return paid

    @api.model
    def _get_isolated(self, services, reason):
        """Return those of the services with an open suspension for the reason."""
        suspensions = (
            self.env["isp.suspension"]
            .sudo()
            .search(
                [
                    ("service_id", "in", services.ids),
                    ("reason", "=", reason),
                    ("date_end", "=", False),
                ]
            )
        )
        return services.browse(suspensions.service_id.ids)

    @api.model
    def _get_overdue_invoices(self, services, company):
        """Return {service: account.move} of what is overdue past grace."""
        today = company._get_isp_today()
        moves = self.env["account.move"].search(
            self._get_overdue_domain(company, today)
            & Domain("line_ids.isp_service_id", "in", services.ids)
        )
        overdue = {}
        for move in moves:
            for service in move.isp_service_ids & services:
                if not service.promise_date or service.promise_date < today:
                    overdue[service] = overdue.get(service, moves.browse()) | move
        return overdue

    @api.model
    def _get_overdue_domain(self, company, today):
        return Domain(self.env["account.move"]._isp_get_open_domain()) & Domain(
            [
                ("company_id", "=", company.id),
                ("isp_isolation_date", "<=", today),
                ("amount_residual", ">", company.isp_minimum_due),
                ("commercial_partner_id.isp_never_isolate", "=", False),
            ]
        )

    @api.model
    def _get_held_domain(self, company):
        """Domain of the invoices of which a payment is confirmed and not checked yet:
        they isolate some days later. Who is isolated stays so until it is checked."""
        days = company.isp_confirmation_hold_days
        held_since = fields.Date.subtract(company._get_isp_today(), days=days)
        return Domain("isp_isolation_date", ">", held_since) & Domain(
            "isp_confirmation_ids.state", "=", "submitted"
        )

    @api.model
    def _judge_before_commit(self, services):
        """Judge these services once before the transaction commits, or before the next
        savepoint, however often this is called until then."""
        precommit = self.env.cr.precommit
        if WAITING not in precommit.data:
            precommit.add(self._judge_waiting)
        precommit.data.setdefault(WAITING, set()).update(services.ids)

    @api.model
    def _judge_waiting(self):
        services = self.env["isp.service"].sudo()
        waiting = services.browse(sorted(self.env.cr.precommit.data.pop(WAITING)))
        self._judge_or_ask(waiting.exists())

    @api.model
    def _judge_or_ask(self, services):
        """Judge in a savepoint, what fails together one by one; what fails alone
        becomes an activity, nothing else.

        A conflict with another transaction is not caught: Odoo runs both again.
        """
        self.env.flush_all()  # what fails here is not about isolation
        try:
            with self.env.cr.savepoint():
                self._judge(services)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(services) > 1:
                for service in services:
                    self._judge_or_ask(service)
                return
            _logger.exception("Service %s could not be judged", services.id)
            note = self.env._("Isolation could not be set: %(error)s", error=error)
            services._ask_person(HELP_ACTIVITY, "billing", note)

    @api.model
    def _cron_isolate(self):
        """Enqueue, by batches, what became overdue or whose promise has passed."""
        for company in self.env["res.company"]._get_isp_billed():
            services = self._get_overdue_services(company)
            if services:
                _logger.info(
                    "Company %d: %d services are overdue", company.id, len(services)
                )
            for ids in split_every(BATCH, services.ids):
                self.with_delay(
                    description=self.env._("Isolate what is overdue")
                )._judge_or_ask(services.browse(ids))

    @api.model
    def _get_overdue_services(self, company):
        """Return the services that are open and should not be."""
        today = company._get_isp_today()
        moves = self.env["account.move"].search(
            self._get_overdue_domain(company, today)
            & ~self._get_held_domain(company)
            & Domain("line_ids.isp_service_id.access", "=", "open")
        )
        return moves.line_ids.isp_service_id.filtered(
            lambda service: (
                service.access == "open"
                and (not service.promise_date or service.promise_date < today)
            )
        )

    # Reminders

    @api.model
    def _cron_remind(self):
        """Enqueue, by batches, the reminders that are due today; those of archived
        schedules too, as these go on billing."""
        schedules = self.env["isp.billing.schedule"].with_context(active_test=False)
        for reminder in schedules.search([("reminder_ids", "!=", False)]).reminder_ids:
            for ids in split_every(BATCH, reminder._get_due_moves().ids):
                reminder.with_delay(
                    description=self.env._("Remind of open invoices"),
                    priority=jobs.REMIND,
                )._send(ids)
