from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class IspDunning(models.AbstractModel):
    """What keeps an overdue invoice from isolating yet: money that is on its way, and
    a reminder that has not been sent, or too lately."""

    _inherit = "isp.dunning"

    @api.model
    def _get_held(self, moves, company):
        """Return those of the overdue invoices that do not isolate yet. Who is isolated
        stays so all the same."""
        held = moves.search(
            Domain("id", "in", moves.ids) & self._get_held_domain(company)
        )
        today = company._get_isp_today()
        return held | (moves - held).filtered(lambda m: not m._isp_is_warned(today))

    @api.model
    def _get_held_domain(self, company):
        """Domain of the invoices of which the payment is on its way: they isolate some
        days later."""
        held_since = self._get_held_since(company)
        return Domain("isp_isolation_date", ">", held_since) & self._get_paid_domain(
            company
        )

    @api.model
    def _get_held_since(self, company):
        days = company.isp_confirmation_hold_days
        return fields.Date.subtract(company._get_isp_today(), days=days)

    @api.model
    def _get_paid_domain(self, company):
        """Domain of the invoices of which a large enough part is confirmed and not
        checked yet, or pending online."""
        self.env["account.move"].flush_model(["amount_residual"])
        return Domain("id", "in", self._get_confirmed_query(company)) | Domain(
            "id", "in", self._get_pending_query(company)
        )

    @api.model
    def _get_remindable(self, moves, company):
        """Return those of the open invoices of which no payment is on its way, or has
        been for longer than it puts the isolation off."""
        paid = moves.search(
            Domain("id", "in", moves.ids) & self._get_paid_domain(company)
        )
        held_since = self._get_held_since(company)
        return moves - paid.filtered(
            lambda move: (
                not move.isp_isolation_date or move.isp_isolation_date > held_since
            )
        )

    @api.model
    def _get_confirmed_query(self, company):
        """Return the SQL of the ids of invoices with enough confirmed to be checked."""
        self.env["isp.payment.confirmation"].flush_model(["move_id", "amount", "state"])
        return SQL(
            """(
            SELECT c.move_id
            FROM isp_payment_confirmation c JOIN account_move m ON m.id = c.move_id
            WHERE c.state = 'submitted' AND m.company_id = %s
                  AND c.amount >= m.amount_residual * %s / 100.0)""",
            company.id,
            company.isp_hold_share,
        )

    @api.model
    def _get_pending_query(self, company):
        """Return the SQL of the ids of invoices with enough pending online, not longer
        than the days of a confirmation."""
        names = ["amount", "state", "last_state_change"]
        self.env["payment.transaction"].flush_model(names)
        return SQL(
            """(
            SELECT m.id
            FROM payment_transaction t
            JOIN account_invoice_transaction_rel rel ON rel.transaction_id = t.id
            JOIN account_move m ON m.id = rel.invoice_id
            WHERE t.state IN ('pending', 'authorized') AND m.company_id = %s
                  AND t.last_state_change >= %s
                  AND t.amount >= m.amount_residual * %s / 100.0)""",
            company.id,
            fields.Datetime.subtract(
                fields.Datetime.now(), days=company.isp_confirmation_hold_days
            ),
            company.isp_hold_share,
        )
