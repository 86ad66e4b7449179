import logging

from odoo import api, models
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
    def _judge(self, services, use_money=False):
        """Isolate and restore these services as their invoices are now.

        First their rows are written: of a payment and an isolation, or a run, that
        meet, the later one fails to serialize here and is run again on what the first
        has left.

        :param use_money: first set what their partners have with us against invoices
        """
        self, services = self.sudo(), services.sudo()
        services._bump_access_version()
        if use_money:
            self._use_money(services)
        services = services.filtered(lambda service: service.state == "active")
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
        notes, paid = {}, isolated
        for company, group in services.grouped("company_id").items():
            moves = self._get_overdue_invoices(group, company)
            owed = self._get_by_service(group, self._get_isolating(moves, company))
            paid -= group.browse().union(*owed)
            if not company._isp_isolates_today():
                continue
            due = self._get_isolating(moves - self._get_held(moves, company), company)
            for service, unpaid in self._get_by_service(group - isolated, due).items():
                notes[service] = ", ".join(unpaid.mapped("name"))
        paid._restore("overdue")
        unpaid = services.browse().union(*notes)
        if unpaid:
            unpaid._suspend("overdue", note=notes)
        return unpaid, paid

    @api.model
    def _judge_first_payment(self, services):
        """Restore those whose first invoice is paid, or credited, by now; return
        them."""
        isolated = self._get_isolated(services, "before_payment")
        billed = isolated.filtered(lambda s: s.first_invoice_id.state == "posted")
        paid = billed - self._get_unpaid_first(billed)
        paid._restore("before_payment")
        return paid

    @api.model
    def _get_unpaid_first(self, services):
        """Return those of which more than the minimum of the first invoice is open."""
        unpaid = self.env["account.move"]
        for company, group in services.grouped("company_id").items():
            moves = group.first_invoice_id.filtered(lambda move: move._isp_is_open())
            unpaid |= self._get_isolating(moves, company)
        return services.filtered(lambda service: service.first_invoice_id in unpaid)

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
        """Return all that is overdue past grace of who has overdue invoices of these
        services (account.move), but for what is promised."""
        return self._search_overdue(
            company, Domain("line_ids.isp_service_id", "in", services.ids)
        )

    @api.model
    def _search_overdue(self, company, domain):
        """Return all that is overdue of those of whom an overdue invoice meets a
        domain, but for what is promised: the sum counts."""
        moves, overdue = self.env["account.move"], self._get_overdue_domain(company)
        partners = moves.search(overdue & domain).commercial_partner_id
        moves = moves.search(
            overdue & Domain("commercial_partner_id", "in", partners.ids)
        )
        return self._get_unpromised(moves, company)

    @api.model
    def _get_unpromised(self, moves, company):
        """Return the invoices of which at least one service has no promise."""
        today = company._get_isp_today()
        return moves.filtered(
            lambda move: not all(s._is_promised(today) for s in move.isp_service_ids)
        )

    @api.model
    def _get_by_service(self, services, moves):
        """Return {service: account.move} of those that have no promise."""
        found = {}
        services.fetch(["company_id", "former_holder_ids", "promise_date"])
        for move in moves:
            for service in move.isp_service_ids & services:
                if move.commercial_partner_id in service.former_holder_ids:
                    continue  # what a former holder owes is his alone
                if not service._is_promised(service.company_id._get_isp_today()):
                    found[service] = found.get(service, moves.browse()) | move
        return found

    @api.model
    def _get_overdue_domain(self, company):
        return Domain(self.env["account.move"]._isp_get_open_domain()) & Domain(
            [
                ("company_id", "=", company.id),
                ("isp_isolation_date", "<=", company._get_isp_today()),
                ("commercial_partner_id.isp_never_isolate", "=", False),
            ]
        )

    @api.model
    def _get_isolating(self, moves, company):
        """Return those of the invoices whose partner owes more than the minimum by
        them: in sum, and beyond what he has with us."""
        minimum, currency = company.isp_minimum_due, company.currency_id
        credit = self._get_credit(moves.commercial_partner_id, company)
        isolating = moves.browse()
        for partner, group in moves.grouped("commercial_partner_id").items():
            owed = sum(move._isp_get_debt() for move in group) - credit[partner]
            if currency.compare_amounts(owed, minimum) > 0:
                isolating |= group
        return isolating

    @api.model
    def _get_owed(self, moves, company):
        """Return those of the open invoices whose partner owes more than the minimum
        by all that he has open by now, due or not, beyond what he has with us."""
        every = moves.search(
            Domain(moves._isp_get_open_domain())
            & Domain("company_id", "=", company.id)
            & Domain("isp_schedule_id", "!=", False)
            & Domain("isp_prepaid_months", "=", False)
            & Domain("commercial_partner_id", "in", moves.commercial_partner_id.ids)
        )
        return moves & self._get_isolating(moves | every, company)

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
        if waiting := waiting.exists():
            self._judge_or_ask(waiting)

    @api.model
    def _judge_or_ask(self, services, use_money=False):
        """Judge in a savepoint, what fails together one by one; what fails alone
        becomes an activity, nothing else.

        A conflict with another transaction is not caught: Odoo runs both again.
        """
        self.env.flush_all()  # what fails here is not about isolation
        try:
            with self.env.cr.savepoint():
                self._judge(services, use_money)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(services) > 1:
                for service in services:
                    self._judge_or_ask(service, use_money)
                return
            _logger.exception("Service %s could not be judged", services.id)
            note = self.env._("Isolation could not be set: %(error)s", error=error)
            services._ask_person(HELP_ACTIVITY, "billing", note)

    @api.model
    def _cron_isolate(self):
        """Enqueue, by batches, what became overdue or whose promise has passed."""
        self.env["res.company"]._get_isp_billed()._isp_take_turns(
            self._isolate_overdue, self.env._("What is overdue could not be isolated")
        )

    @api.model
    def _isolate_overdue(self, company):
        services = self._get_overdue_services(company)
        if services:
            _logger.info(
                "Company %d: %d services are overdue", company.id, len(services)
            )
        self._enqueue(services)

    @api.model
    def _enqueue(self, services):
        """Make jobs that use the money of these services' partners and judge them."""
        for ids in split_every(BATCH, services.ids):
            self.with_delay(
                description=self.env._("Isolate what is overdue")
            )._judge_or_ask(services.browse(ids), use_money=True)

    @api.model
    def _get_overdue_services(self, company):
        """Return the services that are open and should not be, and those whose partner
        has money with us that pays what is overdue."""
        services = self._get_payable_services(company)
        if not company._isp_isolates_today():
            return services
        moves = self._search_overdue(
            company, Domain("line_ids.isp_service_id.access", "=", "open")
        )
        due = self._get_isolating(moves - self._get_held(moves, company), company)
        found = self._get_by_service(due.isp_service_ids, due)
        return services.union(*(s for s in found if s.access == "open"))

    @api.model
    def _judge_company(self, company):
        """Judge anew, by jobs, all whom another term of dunning may concern."""
        overdue = self.env["account.move"].search(self._get_overdue_domain(company))
        isolated = self.env["isp.suspension"].search(
            [
                ("service_id.company_id", "=", company.id),
                ("reason", "in", ["overdue", "before_payment"]),
                ("date_end", "=", False),
            ]
        )
        services = overdue.isp_service_ids | isolated.service_id
        self._enqueue(services.filtered(lambda service: service.state == "active"))

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
