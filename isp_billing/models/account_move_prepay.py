import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .isp_service_invoices import HELP_ACTIVITY

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    """An invoice of months that are paid at once: it is an offer until it is paid.
    Nobody is reminded of it or isolated by it; unpaid, it is withdrawn."""

    _inherit = "account.move"

    isp_prepaid_months = fields.Integer(
        "Months Paid at Once",
        readonly=True,
        copy=False,
        help="Nobody is isolated by it. When it is not paid by its due date it is "
        "withdrawn, and the months are billed one by one.",
    )
    _isp_prepaid_idx = models.Index(
        "(invoice_date_due) WHERE isp_prepaid_months > 0 AND "
        "payment_state IN ('not_paid', 'partial')"
    )

    def _compute_isp_isolation_date(self):
        prepaid = self.filtered("isp_prepaid_months")
        prepaid.isp_isolation_date = False
        return super(AccountMove, self - prepaid)._compute_isp_isolation_date()

    def action_isp_withdraw(self):
        """Take back months that were to be paid at once."""
        self.check_access("write")
        for move in self:
            if not move.isp_prepaid_months or not move._isp_is_open():
                raise UserError(
                    self.env._(
                        "%(invoice)s is not for months at once, or paid already: make "
                        "a credit note.",
                        invoice=move.display_name,
                    )
                )
        self._isp_withdraw()

    def _isp_may_be_withdrawn(self) -> bool:
        """Whether nothing of it is paid, confirmed or on its way online."""
        self.ensure_one()
        waiting = self._isp_get_confirmation().state == "submitted"
        pending = self.transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        return self.payment_state == "not_paid" and not waiting and not pending

    def _isp_is_taken_back(self) -> bool:
        """Whether it was cancelled, or credited in full, paid or not."""
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(lambda note: note.state == "posted")
        left = self.amount_total - sum(notes.mapped("amount_total"))
        return self.state == "cancel" or self.currency_id.compare_amounts(left, 0) <= 0

    def _isp_withdraw(self):
        """Cancel these invoices of months at once: their days are billed as ever, and
        what was paid of them pays that."""
        if self:
            moves = self.sudo()
            moves.button_draft()
            moves.button_cancel()
            _logger.info("%d invoices of months at once withdrawn", len(moves))

    def button_cancel(self):
        """The months of a cancelled one are not on the next invoice all at once."""
        prepaid = self.filtered("isp_prepaid_months")
        rows = prepaid.sudo().line_ids.isp_period_ids
        result = super().button_cancel()
        rows.exists()._unbill()
        return result

    def _isp_settle_days(self):
        """Nor are those of one that a credit note takes back."""
        result = super()._isp_settle_days()
        prepaid = self.reversed_entry_id.filtered("isp_prepaid_months")
        if prepaid:
            days = prepaid.line_ids.isp_period_ids
            live = days._search_live(days.service_id)
            again = live.filtered(
                lambda row: not row.move_line_id and days._overlapping(row)
            )
            again._unbill()
        return result

    @api.model
    def _isp_withdraw_unpaid(self):
        """Withdraw what was not paid in time, one by one; what fails becomes an
        activity. A payment that is on its way is waited for."""
        self.env["res.company"]._get_isp_billed()._isp_take_turns(
            self._isp_withdraw_unpaid_of,
            self.env._("Months at once that nobody paid could not be withdrawn"),
        )

    @api.model
    def _isp_withdraw_unpaid_of(self, company):
        for move in self._isp_get_unpaid(company):
            try:
                with self.env.cr.savepoint():
                    move._isp_withdraw()
            except UserError as error:
                note = self.env._("It could not be withdrawn: %s", error)
                move.isp_service_ids[:1]._ask_person(HELP_ACTIVITY, "billing", note)

    @api.model
    def _isp_get_unpaid(self, company):
        dunning = self.env["isp.dunning"]
        moves = self.sudo().search(
            Domain(self._isp_get_open_domain())
            & Domain("company_id", "=", company.id)
            & Domain("isp_prepaid_months", ">", 0)
            & Domain("invoice_date_due", "<", company._get_isp_today())
        )
        held_since = dunning._get_held_since(company)
        paid = moves.search(
            Domain("id", "in", moves.ids) & dunning._get_paid_domain(company)
        )
        return moves - paid.filtered(lambda move: move.invoice_date_due >= held_since)
