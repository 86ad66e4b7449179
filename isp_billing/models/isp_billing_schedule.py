from odoo import fields, models


class IspBillingSchedule(models.Model):
    """When a service is billed, and how long the subscriber has to pay."""

    _name = "isp.billing.schedule"
    _description = "Billing Schedule"
    _order = "sequence, billing_day, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    billing_day = fields.Integer(
        required=True, default=1, help="Day of the month, 1 to 28."
    )
    days_until_due = fields.Integer(
        required=True, default=10, help="After the invoice date."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)

    _billing_day_range = models.Constraint(
        "CHECK (billing_day BETWEEN 1 AND 28)",
        "The billing day is a day that every month has: 1 to 28.",
    )
    _days_until_due_range = models.Constraint(
        "CHECK (days_until_due BETWEEN 0 AND 90)",
        "The due date is 0 to 90 days after the invoice date.",
    )
