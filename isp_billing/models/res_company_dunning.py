from datetime import date

from odoo import fields, models

SATURDAY = 5


class ResCompany(models.Model):
    """Terms of dunning: what the judgement rests on beside the invoices."""

    _inherit = "res.company"

    isp_use_money = fields.Boolean(
        "Use What Customers Have with Us",
        default=True,
        help="Payments on account, overpaid money and open credit notes are set "
        "against the invoices for internet services by themselves, the oldest first. "
        "Whether used or not, who has enough with us is not isolated.",
    )
    isp_use_money_for_others = fields.Boolean(
        "Also for Other Invoices",
        help="What subscribers have with us pays their invoices for anything else, "
        "such as goods, too.",
    )
    isp_hold_share = fields.Float(
        "Share That Holds",
        default=50.0,
        help="A confirmed payment, or one that is on its way online, of less than this "
        "share (%) of what is open does not put the isolation off.",
    )
    isp_isolate_on_weekends = fields.Boolean(
        "Isolate on Weekends",
        default=True,
        help="Otherwise who becomes overdue is isolated on the Monday.",
    )
    isp_holiday_calendar_id = fields.Many2one(
        "resource.calendar",
        "Holidays",
        help="Nobody is isolated on a day that is a holiday of this calendar.",
    )

    _isp_hold_share_range = models.Constraint(
        "CHECK (isp_hold_share BETWEEN 0 AND 100)", "The share is 0 to 100 %."
    )

    def write(self, vals):
        """Who is isolated, or is not, by other terms than before is judged anew."""
        before = self._isp_get_dunning_terms()
        result = super().write(vals)
        after = self._isp_get_dunning_terms()
        for company in self.filtered(lambda company: before[company] != after[company]):
            self.env["isp.dunning"].sudo()._judge_company(company)
        return result

    def _isp_get_dunning_terms(self):
        return {
            company: (
                company.isp_minimum_due,
                company.isp_confirmation_hold_days,
                company.isp_hold_share,
                company.isp_isolate_on_weekends,
                company.isp_holiday_calendar_id,
                company.isp_use_money,
            )
            for company in self
        }

    def _isp_isolates_today(self):
        """Whether today, where the company is, is a day on which it isolates."""
        self.ensure_one()
        today = self._get_isp_today()
        if not self.isp_isolate_on_weekends and today.weekday() >= SATURDAY:
            return False
        return not self._isp_is_holiday(today)

    def _isp_is_holiday(self, day: date) -> bool:
        noon = self._get_isp_moment(day, 12)
        calendar = self.isp_holiday_calendar_id
        return bool(calendar) and bool(
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_count(
                [
                    ("calendar_id", "in", [calendar.id, False]),
                    ("resource_id", "=", False),
                    ("company_id", "in", [self.id, False]),
                    ("date_from", "<=", noon),
                    ("date_to", ">=", noon),
                ],
                limit=1,
            )
        )
