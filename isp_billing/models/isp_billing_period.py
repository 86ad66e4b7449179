from odoo import api, fields, models

from ..const import LEDGER_GROUPS
from ..rating import DAY, Days


class IspBillingPeriod(models.Model):
    """Days of a service that are settled: charged, free, or not charged because it
    was isolated. No day of a charge is in two of them, unless it was released."""

    _name = "isp.billing.period"
    _description = "Billed Period"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"

    service_id = fields.Many2one(
        "isp.service", required=True, ondelete="cascade", index=True
    )
    charge_id = fields.Many2one(
        "isp.service.charge",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the plan.",
    )
    product_id = fields.Many2one("product.product", ondelete="restrict")
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    kind = fields.Selection(
        [
            ("charge", "Charged"),
            ("free", "Free first period"),
            ("isolated", "Not charged: isolated"),
            ("taken_over", "Billed before the takeover"),
        ],
        required=True,
        default="charge",
    )
    price = fields.Monetary("Monthly Price")
    cycle_days = fields.Integer(
        required=True, default=1, help="So many days does the monthly price pay for."
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Invoice Line",
        ondelete="cascade",
        index="btree_not_null",
        groups=LEDGER_GROUPS,
    )
    move_id = fields.Many2one(
        related="move_line_id.move_id", string="Invoice", groups=LEDGER_GROUPS
    )
    released = fields.Boolean(help="Its days are charged anew, or no longer.")
    credit_line_id = fields.Many2one(
        "account.move.line",
        "Credited by",
        ondelete="set null",
        index="btree_not_null",
        groups=LEDGER_GROUPS,
    )
    amount = fields.Monetary(compute="_compute_amount")
    state = fields.Selection(
        [
            ("settled", "Not charged"),
            ("pending", "With the next invoice"),
            ("invoiced", "Invoiced"),
            ("to_credit", "To be credited"),
            ("credited", "Credited"),
        ],
        "Status",
        compute="_compute_state",
    )

    _no_day_twice = models.Constraint(
        "EXCLUDE USING gist (service_id WITH =, (COALESCE(charge_id, 0)) WITH =, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (NOT released)",
        "A day of this service is charged already.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A period ends on or after its first day."
    )
    _cycle_positive = models.Constraint(
        "CHECK (cycle_days > 0)", "A month has at least one day."
    )

    def _auto_init(self):
        # What lets one index compare numbers and ranges of days (PostgreSQL contrib).
        self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        return super()._auto_init()

    @api.depends("date_from", "date_to", "price", "cycle_days", "kind")
    def _compute_amount(self):
        for row in self:
            row.amount = row._get_exact_amount()

    @api.depends("kind", "released", "move_line_id", "credit_line_id")
    def _compute_state(self):
        for row in self.sudo():
            if row.kind != "charge":
                row.state = "settled"
            elif row.released:
                row.state = "credited" if row.credit_line_id else "to_credit"
            else:
                row.state = "invoiced" if row.move_line_id else "pending"

    @property
    def days(self):
        return Days(self.date_from, self.date_to)

    def _get_exact_amount(self):
        """Return what the days cost, not rounded."""
        if self.kind != "charge":
            return 0.0
        return self.price * len(self.days) / self.cycle_days

    def _release(self, days=None, credit_line=None):
        """Let go of the days: they are credited, and may be charged anew.

        What was never invoiced is forgotten. A row that has other days as well is
        cut; the parts keep price and invoice.

        :param days: rating.Days, None: all
        :param credit_line: the line that credits them; without one, the next invoice
        :return: the rows that are released now
        """
        released = self.browse()
        for row in self.filtered(lambda row: not row.released):
            part = row.days & (days or row.days)
            if part:
                released |= row._cut(part)
        forgotten = released.filtered(
            lambda row: row.kind != "charge" or not row.move_line_id
        )
        forgotten.unlink()
        released -= forgotten
        released.write({"released": True, "credit_line_id": credit_line})
        return released

    def _cut(self, part):
        """Make this row the part alone; what is left of it goes to copies."""
        self.ensure_one()
        whole = self.days
        self.write({"date_from": part.first, "date_to": part.last})
        # The constraint must not see the old dates beside those of the copies.
        self.flush_recordset()
        if whole.first < part.first:
            self.copy({"date_from": whole.first, "date_to": part.first - DAY})
        if part.last < whole.last:
            self.copy({"date_from": part.last + DAY, "date_to": whole.last})
        return self
