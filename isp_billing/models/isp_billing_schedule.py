from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rating import Calendar


class IspBillingSchedule(models.Model):
    """When a service is billed, and how long the subscriber has to pay."""

    _name = "isp.billing.schedule"
    _description = "Billing Schedule"
    _inherit = ["isp.shared.mixin"]
    _order = "sequence, billing_day, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    anniversary = fields.Boolean(
        "On the Service's Own Day",
        help="Billed on the day of the month on which the service was activated; "
        "in a shorter month on its last day.",
    )
    billing_day = fields.Integer(
        required=True, default=1, help="Day of the month, 1 to 28."
    )
    months = fields.Integer(
        "Months per Invoice",
        required=True,
        default=1,
        help="1: every month; 3: every quarter; 12: every year. Counted from the month "
        "in which the service began. The price stays that of a month.",
    )
    in_arrears = fields.Boolean(
        help="Billed when the period is over, not when it begins."
    )
    days_until_due = fields.Integer(
        required=True, default=10, help="After the invoice date."
    )
    grace_days = fields.Integer(
        "Days of Grace",
        required=True,
        default=3,
        help="After the due date; then the service is isolated.",
    )
    first_period = fields.Selection(
        [
            ("prorated", "By days"),
            ("full", "Full price"),
            ("free", "Free"),
        ],
        required=True,
        default="prorated",
        help="What is charged from the activation to the next billing day.",
    )
    isolated_charge = fields.Selection(
        [
            ("nothing", "Nothing new"),
            ("full", "Full price"),
            ("days", "By days"),
        ],
        "While Isolated",
        required=True,
        default="nothing",
        help="Nothing new: what is invoiced stays, the rest of the isolated days is "
        "not charged. Full price: as if it were open. By days: whole isolated days "
        "are not charged, and credited where they were invoiced already.",
    )
    reminder_ids = fields.One2many(
        "isp.billing.reminder",
        "schedule_id",
        copy=True,
        groups="account.group_account_invoice",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )

    _billing_day_range = models.Constraint(
        "CHECK (billing_day BETWEEN 1 AND 28)",
        "The billing day is a day that every month has: 1 to 28.",
    )
    _months_range = models.Constraint(
        "CHECK (months BETWEEN 1 AND 36)", "An invoice is for 1 to 36 months."
    )
    _days_until_due_range = models.Constraint(
        "CHECK (days_until_due BETWEEN 0 AND 90)",
        "The due date is 0 to 90 days after the invoice date.",
    )
    _grace_days_range = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 90)",
        "The days of grace are 0 to 90 days after the due date.",
    )

    @api.constrains("company_id")
    def _check_company(self):
        for schedule in self.filtered("company_id"):
            users = self.env["isp.service"].sudo()
            if users.search_count(
                [
                    ("billing_schedule_id", "=", schedule.id),
                    ("company_id", "!=", schedule.company_id.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "%(schedule)s bills services of another company.",
                        schedule=schedule.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"billing_day", "anniversary", "months", "in_arrears"}:
            services = self.env["isp.service"].sudo()
            services.search(
                [("billing_schedule_id", "in", self.ids), ("state", "=", "active")]
            )._refresh_next_invoice_date()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["isp.service"].sudo().search_count(
            [("billing_schedule_id", "in", self.ids)], limit=1
        ) or self.env["account.move"].sudo().search_count(
            [("isp_schedule_id", "in", self.ids)], limit=1
        )
        if used:
            raise UserError(
                self.env._(
                    "Services are billed by this schedule, or were. Archive it: it is "
                    "offered no more, and those that have it are billed on."
                )
            )

    def _get_calendar(self, activation_date):
        """Return the rating.Calendar of a service that began on this date."""
        self.ensure_one()
        if self.anniversary:
            return Calendar(activation_date)
        return Calendar.monthly(self.billing_day)

    def _get_bill_calendar(self, activation_date):
        """Return the rating.Calendar of the invoices of such a service: a cycle of it
        is what one invoice charges."""
        calendar = self._get_calendar(activation_date)
        return calendar.joined(self.months, activation_date)
