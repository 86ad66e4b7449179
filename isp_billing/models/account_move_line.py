from odoo import fields, models

from ..rating import Days


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    isp_service_id = fields.Many2one(
        "isp.service",
        "Internet Service",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    isp_charge_id = fields.Many2one(
        "isp.service.charge", "Further Charge", copy=False, ondelete="set null"
    )
    isp_date_from = fields.Date("Billed from", copy=False)
    isp_date_to = fields.Date("Billed to", copy=False)
    isp_origin_line_id = fields.Many2one(
        "account.move.line",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line that this one reverses, or was made anew from.",
    )
    isp_period_ids = fields.One2many("isp.billing.period", "move_line_id")
    isp_credited_ids = fields.One2many("isp.billing.period", "credit_line_id")

    def _copy_data_extend_business_fields(self, values):
        """A credit note says which days it gives back; a duplicate bills none."""
        result = super()._copy_data_extend_business_fields(values)
        values["isp_origin_line_id"] = self.id if self.isp_service_id else False
        for name in ("isp_service_id", "isp_charge_id"):
            values[name] = self[name].id
        values["isp_date_from"] = self.isp_date_from
        values["isp_date_to"] = self.isp_date_to
        return result

    def unlink(self):
        if self:
            self._isp_forget_days()
        return super().unlink()

    def _isp_forget_days(self):
        """What these lines charged waits for the next invoice, at the same price; so
        does what they credited.

        :raises UserError: when days that they charged were credited since
        """
        periods = self.env["isp.billing.period"].sudo()
        charged = periods.search([("move_line_id", "in", self.ids)])
        released = charged.filtered("released")
        released._refuse_credited()
        released.unlink()
        (charged - released).move_line_id = False
        periods.search([("credit_line_id", "in", self.ids)]).credit_line_id = False

    def _isp_give_back(self):
        """Let go of the days that this line of a credit note gives back in full; they
        wait for the next invoice, at the same price.

        Where it reverses a credit, the days are charged anew and to be credited again.
        """
        self.ensure_one()
        days = self._isp_get_days()
        origin = self.isp_origin_line_id
        if not days or origin.move_id != self.move_id.reversed_entry_id:
            return
        rows = origin.isp_period_ids.filtered(lambda row: row.days & days)
        credits = origin.isp_credited_ids.filtered(lambda row: row.days & days)
        if not self._isp_covers(rows, credits, days):
            return
        rows._refuse_credited()
        waiting = rows.filtered("released")
        waiting._cut_out({row: [days] for row in waiting}).credit_line_id = self
        rows._release(days, self)._charge_again(released=False)
        credits._cut_out({row: [days] for row in credits})._charge_again(self)

    def _isp_get_days(self):
        if not (self.isp_service_id and self.isp_date_from and self.isp_date_to):
            return None
        return Days(self.isp_date_from, max(self.isp_date_from, self.isp_date_to))

    def _isp_covers(self, rows, credits, days):
        """Return whether the amount of this line is what these rows cost on these
        days, with a difference of rounding at most."""
        owed = sum(row._get_exact_amount(days) for row in rows)
        owed -= sum(row._get_exact_amount(days) for row in credits)
        amount = self.quantity * self.price_unit * (1 - self.discount / 100)
        if owed < 0:
            owed, amount = -owed, -amount
        currency = self.currency_id
        return currency.compare_amounts(amount + currency.rounding, owed) >= 0

    def _isp_adopt(self):
        """Bill, with this line of an invoice made anew after its reversal, the days
        that wait since then.

        :raises UserError: when another invoice has billed them
        """
        self.ensure_one()
        origin, days = self.isp_origin_line_id, self._isp_get_days()
        if not origin or not days or self.isp_period_ids | self.isp_credited_ids:
            return
        periods = self.env["isp.billing.period"]
        if origin.isp_credited_ids:
            reversal = self.search([("isp_origin_line_id", "=", origin.id)])
            again = periods.search([("move_line_id", "in", reversal.ids)])
            again = again.filtered(lambda row: row.released and row.days & days)
            again._refuse_credited()
            again._cut_out({row: [days] for row in again}).credit_line_id = self
            return
        again = periods._search_live(self.isp_service_id, days.first).filtered(
            lambda row: row.charge_id == self.isp_charge_id and row.days & days
        )
        again._refuse_invoiced()
        again._cut_out({row: [days] for row in again}).move_line_id = self
