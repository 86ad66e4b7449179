from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..rating import Days, spread

# What a line bills: who is isolated when it is not paid hangs on it
BILLED_FIELDS = {
    "isp_service_id",
    "isp_charge_id",
    "isp_origin_line_id",
    "isp_period_ids",
    "isp_credited_ids",
}
DAY_FIELDS = {"isp_date_from", "isp_date_to"}


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
        "Line It Reverses",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line that this one reverses, or was made anew from.",
    )
    isp_period_ids = fields.One2many(
        "isp.billing.period", "move_line_id", "Billed Periods"
    )
    isp_credited_ids = fields.One2many(
        "isp.billing.period", "credit_line_id", "Credited Periods"
    )
    isp_credit_ids = fields.One2many(
        "isp.billing.credit", "move_line_id", "Credits of Billed Periods"
    )

    def _copy_data_extend_business_fields(self, values):
        """A credit note says which days it gives back; a duplicate bills none."""
        result = super()._copy_data_extend_business_fields(values)
        values["isp_origin_line_id"] = self.id if self.isp_service_id else False
        for name in ("isp_service_id", "isp_charge_id"):
            values[name] = self[name].id
        values["isp_date_from"] = self.isp_date_from
        values["isp_date_to"] = self.isp_date_to
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """A duplicate or a credit note bills what its origin did, and nobody else."""
        lines = super().create(vals_list)
        if not self.env.su:
            lines.sudo()._isp_check_whose()
        return lines

    def _isp_check_whose(self):
        """:raises AccessError: when one of these lines bills another's service"""
        for line in self.filtered("isp_service_id"):
            origin = line.isp_origin_line_id.filtered(
                lambda origin, line=line: origin.isp_service_id == line.isp_service_id
            )
            known = line.isp_service_id.partner_id | origin.move_id.partner_id
            if line.move_id.commercial_partner_id not in known.commercial_partner_id:
                raise AccessError(
                    self.env._(
                        "%(service)s is not a service of %(partner)s.",
                        service=line.isp_service_id.name,
                        partner=line.move_id.commercial_partner_id.name,
                    )
                )

    def write(self, vals):
        """What is billed stays as the line was made, its days as they were posted."""
        if not self.env.su:
            self._isp_check_kept(vals)
        return super().write(vals)

    def _isp_check_kept(self, vals):
        """:raises AccessError: when these values change what is billed"""
        kept = BILLED_FIELDS
        if any(line.parent_state == "posted" for line in self.sudo()):
            kept = kept | DAY_FIELDS
        if names := kept & vals.keys():
            raise AccessError(
                self.env._(
                    "You may not write %(fields)s here.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(names)
                    ),
                )
            )

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
        charged._refuse_credited()
        released = charged.filtered("released")
        released.unlink()
        (charged - released).write({"move_line_id": False, "charged": 0.0})
        periods.search([("credit_line_id", "in", self.ids)]).credit_line_id = False
        self.sudo().isp_credit_ids.unlink()

    def _isp_give_back(self):
        """Note what this line of a credit note gives back of the days of the line that
        it reverses.

        Where it reverses a credit, the days are charged anew and to be credited again.
        """
        self.ensure_one()
        days = self._isp_get_days()
        origin = self.isp_origin_line_id
        if not days or origin.move_id != self.move_id.reversed_entry_id:
            return
        forgiven = self.move_id.isp_days_stay_settled
        rows = origin.isp_period_ids.filtered(lambda row: row.days & days)
        credits = origin.isp_credited_ids.filtered(lambda row: row.days & days)
        if rows:
            rows._give_back(self, days, -self._isp_get_amount(), forgiven)
        if credits and not forgiven:
            credits._cut_out({row: [days] for row in credits})._charge_again(self)
            self._isp_record()

    def _isp_get_days(self):
        if not (self.isp_service_id and self.isp_date_from and self.isp_date_to):
            return None
        return Days(self.isp_date_from, max(self.isp_date_from, self.isp_date_to))

    def _isp_get_amount(self):
        """Return what the customer is charged with it, as it was posted, before taxes
        that are added; below zero what he is credited."""
        amount = self.quantity * self.price_unit * (1 - self.discount / 100)
        sign = -1 if self.move_type == "out_refund" else 1
        return sign * self.currency_id.round(amount)

    def _isp_record(self):
        """Note with what these lines were posted.

        :raises UserError: when more was, or is, credited of it than was charged
        """
        for line in self:
            amount = line._isp_get_amount()
            rows, credits = line.isp_period_ids, line._isp_get_settlements()
            if rows:
                weights = [row._get_rated() for row in rows]
                if not sum(weights):
                    weights = [len(row.days) for row in rows]
                for row, share in zip(rows, spread(amount, weights), strict=True):
                    if row.charged != share:
                        row._check_charged(share, line)
                        row.charged = share
            elif credits:
                credits._record(-amount, line)

    def _isp_get_settlements(self):
        """Return the isp.billing.credit by which this line of an invoice gives back
        what was released."""
        return self.isp_credit_ids.filtered(
            lambda credit: credit.period_id.credit_line_id == self
        )

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
            again = again._cut_out({row: [days] for row in again})
            again._settle_by(dict.fromkeys(again, self))
            return
        again = periods._search_live(self.isp_service_id, days.first).filtered(
            lambda row: row.charge_id == self.isp_charge_id and row.days & days
        )
        again._refuse_invoiced()
        again._cut_out({row: [days] for row in again}).move_line_id = self
        self._isp_record()
