from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..const import LEDGER_GROUPS
from ..rating import DAY, Days, fill, spread, uncovered


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
            ("free", "Free"),
            ("isolated", "Not charged: isolated"),
            ("paused", "Not charged: paused"),
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
    charged = fields.Float(
        "Posted With",
        digits=(16, 6),
        copy=False,
        help="What the invoice was posted with for these days: price, quantity and "
        "discount as they are in the ledger.",
    )
    credit_ids = fields.One2many("isp.billing.credit", "period_id", "Credits")
    credited = fields.Float(
        compute="_compute_credited",
        store=True,
        digits=(16, 6),
        help="What was given back of it.",
    )
    forgiven = fields.Float(
        compute="_compute_credited",
        store=True,
        digits=(16, 6),
        help="What was given back as a favour: it is neither billed nor credited "
        "again.",
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
    _credited_at_most = models.Constraint(
        "CHECK (credited * charged >= 0 AND forgiven * charged >= 0 "
        "AND abs(credited + forgiven) <= abs(charged))",
        "No more is credited than was charged.",
    )

    def _auto_init(self):
        # What lets one index compare numbers and ranges of days (PostgreSQL contrib).
        self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        return super()._auto_init()

    @api.depends("credit_ids.amount", "credit_ids.forgiven")
    def _compute_credited(self):
        for row in self:
            forgiven = row.credit_ids.filtered("forgiven")
            row.forgiven = sum(forgiven.mapped("amount"))
            row.credited = sum((row.credit_ids - forgiven).mapped("amount"))

    @api.depends(
        "date_from", "date_to", "price", "cycle_days", "kind", "charged", "move_line_id"
    )
    def _compute_amount(self):
        for row in self.sudo():
            row.amount = row.charged if row.move_line_id else row._get_rated()

    @api.depends("kind", "released", "move_line_id", "credit_line_id", "charged")
    def _compute_state(self):
        for row in self.sudo():
            if row.kind != "charge":
                row.state = "settled"
            elif row.released:
                done = row.credit_line_id or not row._get_remaining()
                row.state = "credited" if done else "to_credit"
            else:
                row.state = "invoiced" if row.move_line_id else "pending"

    @property
    def days(self):
        return Days(self.date_from, self.date_to)

    def _get_rated(self):
        """Return what the days cost by the rules, not rounded."""
        if self.kind != "charge":
            return 0.0
        return self.price * len(self.days) / self.cycle_days

    def _get_remaining(self):
        """Return what may still be given back: what was posted, less what was given
        back of it."""
        return round(self.charged - self.credited - self.forgiven, 6)

    def _get_charged_price(self):
        """Return what a month costs as it was posted, less what was forgiven."""
        rated, net = self._get_rated(), self.charged - self.forgiven
        if not self.move_line_id or abs(net - rated) <= self.currency_id.rounding:
            return self.price
        return net * self.cycle_days / len(self.days)

    def _continues(self, before, billed_at_once):
        """Whether these days may be on one line with those of another row: both are
        whole months at one price that follow each other.

        :param billed_at_once: whether their invoice is for several months; what is
            given back is on one line where it was charged so
        """
        alike = ("service_id", "charge_id", "product_id", "price", "released")
        whole = all(len(row.days) == row.cycle_days for row in (before, self))
        return (
            whole
            and before.date_to + DAY == self.date_from
            and all(before[name] == self[name] for name in alike)
            and before.move_line_id == self.move_line_id
            and bool(self.move_line_id if self.released else billed_at_once)
        )

    def _is_forgiven(self):
        return bool(self.forgiven) and self.forgiven == self.charged

    @api.model
    def _search_live(self, services, first=None):
        """Return what is settled for these services, from a day on: not released."""
        domain = [("service_id", "in", services.ids), ("released", "=", False)]
        if first:
            domain.append(("date_to", ">=", first))
        return self.search(domain)

    @api.model
    def _search_to_credit(self, services):
        """Return what was invoiced for these services and waits to be credited."""
        return self.search(
            [
                ("service_id", "in", services.ids),
                ("released", "=", True),
                ("move_line_id", "!=", False),
                ("credit_line_id", "=", False),
            ]
        )

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

    def _unbill(self):
        """Forget these days, which wait for an invoice: they are settled anew when
        their turn comes."""
        services = self.service_id
        self._release()
        services._refresh_next_invoice_date()

    @api.model
    def _release_spans(self, spans, credit_line=None):
        """Let go of these days, {row: list of rating.Days}: see _release.

        What was never invoiced is forgotten; what was forgiven stays settled.
        """
        spans = {row: days for row, days in spans.items() if not row._is_forgiven()}
        released = self._cut_out(spans)
        forgotten = released.filtered(
            lambda row: row.kind != "charge" or not row.move_line_id
        )
        released -= forgotten
        forgotten.unlink()
        released.released = True
        if credit_line:
            released._settle_by(dict.fromkeys(released, credit_line))
        return released

    @api.model
    def _cut_out(self, spans):
        """Cut rows at the edges of spans, {row: list of rating.Days}.

        The parts keep price and invoice, and have their share of what was charged.

        :return: the rows that lie within the spans
        """
        rows, inside, outside = self.browse(), [], []
        for row, wanted in spans.items():
            parts = sorted(part for span in wanted if (part := row.days & span))
            if not parts:
                continue
            rows |= row
            rest = uncovered(row.days, parts)
            if len(parts) + len(rest) > 1:
                first, *others = row._prepare_parts(parts + rest)
                row.write(first)
                inside += others[: len(parts) - 1]
                outside += others[len(parts) - 1 :]
        if inside or outside:
            # The constraint must not see the old dates beside those of the copies.
            rows.flush_recordset()
            rows |= self.create(inside + outside)[: len(inside)]
        return rows

    def _prepare_parts(self, parts):
        """Return the vals of the rows that this one becomes: itself and copies.

        What was forgiven holds for each day alike. What was credited in part counts
        first for the first of the parts: those that are given back now.
        """
        lengths = list(map(len, parts))
        charged = spread(self.charged, lengths)
        rooms = list(charged)
        credits = []
        for credit in self.credit_ids.sorted("forgiven", reverse=True):
            share = spread(credit.amount, lengths)
            if not credit.forgiven:
                share = fill(credit.amount, rooms)
            rooms = [
                round(room - part, 6) for room, part in zip(rooms, share, strict=True)
            ]
            credits.append((credit, share))
        (vals,) = self.copy_data()
        prepared = []
        for number, part in enumerate(parts):
            days = {"date_from": part.first, "date_to": part.last}
            row = {**days, "charged": charged[number], "credit_ids": []}
            for credit, share in credits:
                row["credit_ids"] += credit._prepare_part(share[number], bool(number))
            prepared.append({**vals, **row} if number else row)
        return prepared

    def _charge_again(self, move_line=None, **vals):
        """Copy these rows: the same days at the same price, on another line; without
        what was forgiven of them.

        :param move_line: account.move.line; without one, on the next invoice
        """
        # The constraint must not see these rows beside their copies.
        self.flush_recordset(["released"])
        again = {"move_line_id": move_line and move_line.id, "credit_line_id": False}
        data_list = self.copy_data()
        for row, data in zip(self, data_list, strict=True):
            if row.forgiven:
                data["price"] *= 1 - row.forgiven / row.charged
        return self.create([{**data, **again, **vals} for data in data_list])

    @api.model
    def _settle_by(self, lines):
        """Note what credits the released rows, {row: account.move.line}, in full."""
        for row, line in lines.items():
            row.credit_line_id = line
        self._add_credits(
            [(row, line, row._get_remaining()) for row, line in lines.items()]
        )

    @api.model
    def _add_credits(self, credits, forgiven=False):
        """Note what lines give back of rows: list of (row, line, amount)."""
        self.env["isp.billing.credit"].create(
            [
                {
                    "period_id": row.id,
                    "move_line_id": line.id,
                    "amount": amount,
                    "forgiven": forgiven,
                }
                for row, line, amount in credits
                if amount
            ]
        )

    def _give_back(self, line, days, amount, forgiven):
        """Credit an amount of what these rows charged on some days.

        What is credited in full is charged anew with the next invoice, unless it is
        forgiven.

        :raises UserError: when it is more than is left of them
        """
        self.filtered("credit_line_id")._refuse_credited()
        if forgiven:
            self.filtered("released")._charge_after_all(days)
        rows = self._cut_out({row: [days] for row in self})
        rooms = [row._get_remaining() for row in rows]
        owed, unit = sum(rooms), line.currency_id.rounding
        if owed * amount < 0 or abs(amount) >= abs(owed) + 2 * unit:
            rows._refuse_more(line)
        if abs(amount) + unit < abs(owed):
            shares = spread(amount, rooms)
        else:
            shares = rooms
        if forgiven or shares is not rooms:
            shares = zip(rows, [line] * len(rows), shares, strict=True)
            self._add_credits(list(shares), forgiven)
            return
        waiting = rows.filtered("released")
        waiting._settle_by(dict.fromkeys(waiting, line))
        (rows - waiting)._release(days, line)._charge_again(released=False)

    def _charge_after_all(self, days):
        """What was released, and is not credited yet, stays as it was invoiced;
        whatever waits in its place is forgotten.

        :raises UserError: when something else was invoiced in its place
        """
        live = self._search_live(self.service_id)
        superseded = {}
        for row in self.filtered(lambda row: row.days & days):
            again = live._overlapping(row)
            again._refuse_invoiced()
            for other in again:
                superseded.setdefault(other, []).append(row.days & days)
        self._release_spans(superseded)
        self._cut_out({row: [days] for row in self}).released = False

    def _charge_as_before(self, waiting, replaces):
        """What was released, and waits to be credited, stays as it was invoiced on the
        days of those that wait in its place; these are forgotten.

        :param replaces: function of one that waits and a released one
        """
        spans, superseded = {}, {}
        for row in self.filtered("released"):
            same = waiting._overlapping(row)
            same = same.filtered(lambda other, row=row: replaces(other, row))
            spans[row] = [other.days & row.days for other in same]
            for other in same:
                superseded.setdefault(other, []).append(row.days)
        self._release_spans(superseded)
        self._cut_out(spans).released = False

    def _cancel_out(self):
        """Of these rows that wait: what would be credited and charged alike stays as it
        was invoiced."""
        released = self.filtered("released")
        released._charge_as_before(
            self - released,
            lambda other, row: (
                other.product_id == row.product_id
                and other.kind == "charge"
                and other._replaces(row)
            ),
        )

    def _take_back(self):
        """What a credit note gave back is charged after all.

        Days that meanwhile have another price, or are not charged any longer, are
        credited with the next invoice.

        :raises UserError: when days were invoiced again meanwhile
        """
        live = self._search_live(self.service_id)
        for row in self:
            live._overlapping(row)._refuse_invoiced()
        self.credit_line_id = False
        self._charge_as_before(live, lambda other, row: other._replaces(row))

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
        for row in self.filtered("credit_ids")[:1]:
            raise UserError(
                self.env._(
                    "%(service)s: the days from %(first)s to %(last)s were credited "
                    "already (%(invoice)s). Take them out of this document, or cancel "
                    "that one first.",
                    service=row.service_id.name,
                    first=row.date_from,
                    last=row.date_to,
                    invoice=row.credit_ids[:1].move_line_id.move_id.display_name,
                )
            )

    def _check_charged(self, amount, line):
        """:raises UserError: when more was credited than it would be charged now"""
        given_back = self.credited + self.forgiven
        if given_back and not 0 <= given_back / (amount or given_back / 2) <= 1:
            raise UserError(
                self.env._(
                    "%(service)s: of “%(line)s” more was credited already than it "
                    "would be worth now (%(invoice)s).",
                    service=self.service_id.name,
                    line=line.name,
                    invoice=self.credit_ids[:1].move_line_id.move_id.display_name,
                )
            )

    def _refuse_more(self, line):
        """:raises UserError: as the line credits more than is left of these rows"""
        left = sum(row._get_remaining() for row in self)
        raise UserError(
            self.env._(
                "%(service)s: “%(line)s” credits more than was charged and not "
                "credited already (%(left)s).",
                service=self.service_id.name,
                line=line.name,
                left=format_amount(self.env, left, line.currency_id),
            )
        )
