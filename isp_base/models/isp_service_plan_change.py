import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

from ..locks import lock_or_retry

_logger = logging.getLogger(__name__)

AHEAD_DAYS = 366
HELP_ACTIVITY = "isp_base.mail_activity_plan_change"


class IspService(models.Model):
    """Another plan from a day on that has not come yet."""

    _inherit = "isp.service"

    next_plan_id = fields.Many2one(
        "product.template",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_plan_date = fields.Date(
        "Next Plan From", readonly=True, copy=False, tracking=True
    )

    _next_plan_idx = models.Index(
        "(next_plan_date) WHERE next_plan_date IS NOT NULL AND state = 'active'"
    )

    def _plan_change(self, plan, day: date) -> None:
        """Have running services change to another plan on a day to come.

        What was planned before is replaced. When the day has come, ``_change_plan``
        does it, by the scheduled action or by whoever bills first.

        :param plan: product.template
        :raises UserError: when it is no day to come, or nothing would change
        """
        self._check_service_admin()
        self._check_states(["active"])
        lock_or_retry(self)
        for company, services in self.sudo().grouped("company_id").items():
            services._check_planned(plan, day, company._get_isp_today())
            self._trigger_plans(company._get_isp_moment(day))
        vals = {"next_plan_id": plan.id, "next_plan_date": day}
        self.sudo().filtered(
            lambda s: (s.next_plan_id, s.next_plan_date) != (plan, day)
        )._note_planned(vals)

    def _note_planned(self, vals):
        self.write(vals)
        self._close_question(HELP_ACTIVITY)
        self._notify_subscriber("plan_planned")

    def _check_planned(self, plan, day, today):
        if not today < day <= self._get_last_plan_day(today):
            raise UserError(
                self.env._(
                    "Choose a day after today, within a year: %(day)s is not.",
                    day=format_date(self.env, day),
                )
            )
        if not plan.is_internet_plan:
            raise UserError(
                self.env._("%(product)s is not an internet plan.", product=plan.name)
            )
        for service in self.filtered(lambda service: service.plan_id == plan)[:1]:
            raise UserError(
                self.env._(
                    "%(service)s has the plan %(plan)s already.",
                    service=service.name,
                    plan=plan.name,
                )
            )

    def _get_last_plan_day(self, today: date) -> date:
        """Return the last day for which a plan of all these services is planned."""
        return fields.Date.add(today, days=AHEAD_DAYS)

    def action_withdraw_plan(self):
        """Leave these services the plan that they have."""
        self._check_service_admin()
        self._withdraw_plan()

    def _withdraw_plan(self):
        lock_or_retry(self)
        planned = self.sudo().filtered("next_plan_id")
        planned._forget_planned()
        planned._notify_subscriber("plan_withdrawn")

    def _forget_planned(self):
        planned = self.filtered("next_plan_date")
        planned.write({"next_plan_id": False, "next_plan_date": False})
        planned._close_question(HELP_ACTIVITY)

    def _change_plan(self, plan):
        result = super()._change_plan(plan)
        self.sudo()._forget_planned()
        return result

    def _terminate(self, reason):
        result = super()._terminate(reason)
        self.sudo()._forget_planned()
        return result

    # When the day has come

    @api.model
    def _trigger_plans(self, at):
        self.env.ref("isp_base.isp_service_plans_cron").sudo()._trigger(at=at)

    def _filter_planned(self):
        """Return those whose day has come where their company is."""
        return self.filtered(
            lambda service: (
                service.state == "active"
                and service.next_plan_date
                and service.next_plan_date <= service.company_id._get_isp_today()
            )
        )

    def _apply_planned(self):
        """Do what is planned until today. What cannot be done stops nothing: it stays
        planned, is tried again and asked of the office.

        A conflict with another transaction is not caught: the caller is run again.
        """
        for service in self.sudo()._filter_planned():
            plan = service.next_plan_id
            try:
                with self.env.cr.savepoint():
                    service._change_plan(plan)
                    service._notify_subscriber("plan_changed")
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                _logger.warning("%s kept its plan: %s", service.name, error)
                note = self.env._(
                    "%(plan)s could not be given: %(error)s",
                    plan=plan.name,
                    error=str(error),
                )
                service._ask_person(HELP_ACTIVITY, "office", note)

    @api.model
    def _cron_change_plans(self):
        """Change the plans whose day has come, each in a transaction of its own."""
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        due = self.search(
            [("state", "=", "active"), ("next_plan_date", "<=", tomorrow)]
        )._filter_planned()
        for number, service in enumerate(due, start=1):
            try:
                with self.env.cr.savepoint():
                    service._apply_planned()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                _logger.info("%s is changed next time: %s", service.name, error)
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number)
