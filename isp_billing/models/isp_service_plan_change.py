from functools import partial

from odoo import models
from odoo.exceptions import UserError

from ..rating import DAY


class IspService(models.Model):
    """What a plan that changes on a day to come will cost, and who may choose it."""

    _inherit = "isp.service"

    def _plan_change(self, plan, day):
        self._check_may_reprice()
        return super()._plan_change(plan, day)

    def _get_next_period_day(self):
        """Return the first day (date) after the period that is, or will be, billed
        with one invoice: a plan that begins then leaves all before as it was."""
        self.ensure_one()
        today = self.company_id._get_isp_today()
        begun = max(today, self.activation_date)
        calendar = self.billing_schedule_id._get_bill_calendar(self.activation_date)
        last = calendar.cycle(begun).last
        return max(last, self.billed_until or last) + DAY

    def _get_last_plan_day(self, today):
        """The next period begins later where more is paid ahead."""
        last = super()._get_last_plan_day(today)
        billed = self.filtered(lambda s: s.billing_schedule_id and s.activation_date)
        if not billed or billed != self:
            return last
        return max(last, min(service._get_next_period_day() for service in billed))

    def _foresee_planned(self, until):
        """Do, within a savepoint of the caller, what is planned up to a day."""
        for service in self:
            if service.state == "active" and service.next_plan_date:
                day = max(service.next_plan_date, service.company_id._get_isp_today())
                if day <= until:
                    service._foresee_plan(service.next_plan_id, day)

    def _foresee_plan(self, plan, day):
        """Do, within a savepoint of the caller, what a change of plan on a day to come
        will do, after all that is invoiced before that day."""
        self.ensure_one()
        self._withdraw_prepayment()
        self._foresee_until(day)
        self._close_days(day)
        self.write({"plan_id": plan.id, "next_plan_id": False, "next_plan_date": False})

    def _foresee_until(self, day):
        """Bill, within a savepoint of the caller, all that is invoiced before a day."""
        biller = self.env["isp.biller"]
        while self.next_invoice_date and self.next_invoice_date < day:
            date = self.next_invoice_date
            biller._settle(self, date)
            lines = biller._invoice(self, date).line_ids
            for row in lines.isp_period_ids:
                row.charged = row._get_rated()  # as if it were posted
            self._refresh_next_invoice_date()
            if self.next_invoice_date <= date:
                break

    # In the portal

    def _get_portal_plan_obstacle(self):
        """Return why the subscriber cannot change the plan himself, as a sentence;
        else None."""
        self.ensure_one()
        service = self.sudo()
        if service.state != "active" or not service.billing_schedule_id:
            return self.env._("The service is not active.")
        if service.access != "open" or service.billing_status == "overdue":
            return self.env._("Please pay what is overdue first.")
        if service.own_price or service.speed_override:
            return self.env._("Your price or speed is your own: please call us.")
        return None

    def _get_portal_plans(self):
        """Return the plans (product.template, in sudo) that the subscriber may choose,
        the cheapest first; none while there is an obstacle."""
        self.ensure_one()
        plans = self.env["product.template"].sudo()
        if self._get_portal_plan_obstacle():
            return plans
        found = plans.search(
            [
                ("is_internet_plan", "=", True),
                ("isp_is_in_portal", "=", True),
                ("sale_ok", "=", True),
                ("id", "!=", self.sudo().plan_id.id),
                ("company_id", "in", [False, self.sudo().company_id.id]),
            ]
        )
        return found.sorted("list_price")

    def _describe_plan(self, plan):
        """Return what a month of a plan costs this subscriber today, with taxes."""
        self.ensure_one()
        as_if = self.sudo().new({"plan_id": plan.id}, origin=self)
        price = as_if._get_plan_price(self.company_id._get_isp_today())
        taxes = self.sudo().tax_ids
        if not self.sudo().has_own_taxes:
            taxes = as_if._get_plan_taxes()
        totals = taxes.compute_all(price, self.currency_id, partner=self.partner_id)
        return {"plan": plan, "price": totals["total_included"]}

    def _get_first_plan_day(self, plan):
        """Return the first day (date) from which the subscriber may have a plan: a day
        is charged at the plan that it ends with, so what costs less begins tomorrow."""
        today = self.company_id._get_isp_today()
        present, other = map(self._describe_plan, (self.sudo().plan_id, plan))
        return today + DAY if other["price"] < present["price"] else today

    def _describe_plan_change(self, plan):
        """Return what a subscriber is shown before he changes the plan: a list of dict
        (when, day, at_once, invoices of isp.biller), nothing is kept."""
        self.ensure_one()
        service = self.sudo()
        today = service.company_id._get_isp_today()
        first = service._get_first_plan_day(plan)

        def change(service, day):
            if day > today:
                return service._foresee_plan(plan, day)
            return service._change_plan(plan)

        return [
            {
                "when": when,
                "day": day,
                "at_once": day == today,
                "invoices": service._foresee_invoice(partial(change, day=day))[0],
            }
            for day, when in {
                first: "now",
                service._get_next_period_day(): "period",
            }.items()
        ]

    def _choose_plan(self, plan, when):
        """Do what the subscriber has chosen in the portal; twice is once.

        :param when: "now": as soon as he may, or "period": with the next period
        :raises UserError: when he may not
        """
        self.ensure_one()
        service = self.sudo()
        service._bump_access_version()  # of two who press, the later one is told
        if obstacle := service._get_portal_plan_obstacle():
            raise UserError(obstacle)
        if plan not in service._get_portal_plans():
            raise UserError(self.env._("You cannot change to this plan."))
        service._message_log(
            body=self.env._(
                "%(plan)s was chosen in the portal by %(person)s.",
                plan=plan.name,
                person=self.env.user.name,
            )
        )
        day = service._get_first_plan_day(plan)
        if when == "period":
            day = service._get_next_period_day()
        if day > service.company_id._get_isp_today():
            service._plan_change(plan, day)
        else:
            service._change_plan(plan)
            service._notify_subscriber("plan_changed")
