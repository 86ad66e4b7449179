from odoo import fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """The last reminder before an invoice isolates: nobody is isolated without it."""

    _inherit = "account.move"

    def _compute_isp_isolation_date(self):
        """When it isolates is something that the judgement rests on: where another
        date is kept of what was posted before, it judges anew."""
        kept = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, isp_isolation_date FROM account_move "
                    "WHERE state = 'posted' AND isp_isolation_date IS NOT NULL "
                    "AND id = ANY(%s)",
                    self.ids,
                )
            )
        )
        result = super()._compute_isp_isolation_date()
        self.filtered(
            lambda move: (
                move.id in kept and (move.isp_isolation_date or None) != kept[move.id]
            )
        )._isp_judge_dues()
        return result

    def _isp_get_warning(self):
        """Return the last isp.billing.reminder that is due before this invoice
        isolates; none where the schedule has no such."""
        self.ensure_one()
        reminders = self.sudo().isp_schedule_id.reminder_ids
        return reminders.filtered(lambda r: r.days <= self.isp_grace_days).sorted(
            "days"
        )[-1:]

    def _isp_is_warned(self, today):
        """Whether that reminder was sent, and the days that it promises are over: as
        many as if it had been sent on its day."""
        self.ensure_one()
        warning = self._isp_get_warning()
        if not warning:
            return True
        notice = self.sudo().isp_notice_ids.filtered(
            lambda notice: notice.reminder_id == warning
        )
        promised = self.isp_grace_days + 1 - max(warning.days, 0)
        told = notice and notice._get_date()
        return bool(told) and fields.Date.add(told, days=promised) <= today
