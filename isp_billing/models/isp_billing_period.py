from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LEDGER_GROUPS
from ..rating import Days, uncovered


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
        ondelete="set null",
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
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (released IS NOT TRUE)",
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

    def _get_exact_amount(self, within=None):
        """Return what the days cost, not rounded.

        :param within: rating.Days; without: all days
        """
        days = self.days & within if within else self.days
        if self.kind != "charge" or not days:
            return 0.0
        return self.price * len(days) / self.cycle_days

    @api.model
    def _search_live(self, services, first=None):
        """Return what is settled for these services, from a day on: not released."""
        domain = [("service_id", "in", services.ids), ("released", "=", False)]
        if first:
            domain.append(("date_to", ">=", first))
        return self.search(domain)

    def _overlapping(self, row):
        """Return those that settle days of the same service and charge as this one."""
        return self.filtered(
            lambda other: (
                other.service_id == row.service_id
                and other.charge_id == row.charge_id
                and other.days & row.days
            )
        )

    def _release(self, days=None, credit_line=None):
        """Let go of the days: they are credited, and may be charged anew.

        :param days: rating.Days, None: all
        :param credit_line: the line that credits them; without one, the next invoice
        :return: the rows that are released now
        """
        spans = {row: [days or row.days] for row in self if not row.released}
        return self._release_spans(spans, credit_line)

    @api.model
    def _release_spans(self, spans, credit_line=None):
        """Let go of these days, {row: list of rating.Days}: see _release.

        What was never invoiced is forgotten.
        """
        released = self._cut_out(spans)
        forgotten = released.filtered(
            lambda row: row.kind != "charge" or not row.move_line_id
        )
        released -= forgotten
        forgotten.unlink()
        credit_line_id = credit_line and credit_line.id
        released.write({"released": True, "credit_line_id": credit_line_id})
        return released

    @api.model
    def _cut_out(self, spans):
        """Cut rows at the edges of spans, {row: list of rating.Days}.

        The parts keep price and invoice.

        :return: the rows that lie within the spans
        """
        rows = self.browse()
        inside, outside = [], []
        for row, wanted in spans.items():
            parts = sorted(part for span in wanted if (part := row.days & span))
            if not parts:
                continue
            rows |= row
            rest = uncovered(row.days, parts)
            if len(parts) + len(rest) > 1:
                (vals,) = row.copy_data()
                inside += [{**vals, **self._prepare_days(part)} for part in parts[1:]]
                outside += [{**vals, **self._prepare_days(part)} for part in rest]
                row.write(self._prepare_days(parts[0]))
        if inside or outside:
            # The constraint must not see the old dates beside those of the copies.
            rows.flush_recordset()
            rows |= self.create(inside + outside)[: len(inside)]
        return rows

    @api.model
    def _prepare_days(self, days):
        return {"date_from": days.first, "date_to": days.last}

    def _charge_again(self, move_line=None, **vals):
        """Copy these rows: the same days at the same price, on another line.

        :param move_line: account.move.line; without one, on the next invoice
        """
        # The constraint must not see these rows beside their copies.
        self.flush_recordset(["released"])
        again = {"move_line_id": move_line and move_line.id, "credit_line_id": False}
        return self.create([{**data, **again, **vals} for data in self.copy_data()])

    def _take_back(self):
        """What a credit note gave back is charged after all.

        Days that meanwhile have another price, or are not charged any longer, are
        credited with the next invoice.

        :raises UserError: when days were invoiced again meanwhile
        """
        live = self._search_live(self.service_id)
        spans, superseded = {}, {}
        for row in self:
            again = live._overlapping(row)
            again._refuse_invoiced()
            same = again.filtered(lambda other, row=row: other._replaces(row))
            spans[row] = [other.days & row.days for other in same]
            for other in same:
                superseded.setdefault(other, []).append(row.days)
        self.credit_line_id = False
        self._release_spans(superseded)
        self._cut_out(spans).released = False

    def _replaces(self, row):
        """Whether this row, not invoiced yet, waits in place of a released one."""
        return self.kind == "isolated" or (
            (self.kind, self.price, self.cycle_days)
            == (row.kind, row.price, row.cycle_days)
        )

    def _refuse_invoiced(self):
        for row in self.filtered("move_line_id")[:1]:
            raise UserError(
                self.env._(
                    "%(service)s: the days from %(first)s to %(last)s were billed "
                    "again meanwhile (%(invoice)s). Credit that invoice first.",
                    service=row.service_id.name,
                    first=row.date_from,
                    last=row.date_to,
                    invoice=row.move_id.display_name,
                )
            )

    def _refuse_credited(self):
        """:raises UserError: when another document has credited these days"""
        for row in self.filtered("credit_line_id")[:1]:
            raise UserError(
                self.env._(
                    "%(service)s: the days from %(first)s to %(last)s were credited "
                    "already (%(invoice)s). Take them out of this document, or cancel "
                    "that one first.",
                    service=row.service_id.name,
                    first=row.date_from,
                    last=row.date_to,
                    invoice=row.credit_line_id.move_id.display_name,
                )
            )
