from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.isp_base.controllers.portal import IspPortal

LAST_ROWS = 6  # invoices and payments on the page of a service


class IspBillingPortal(IspPortal):
    """What is owed, until when, and how to get back online."""

    def _get_my_open_domain(self):
        """Domain of the visitor's invoices that are to be paid, for sudo."""
        return Domain(self._get_my_moves_domain()) & Domain(
            request.env["account.move"]._isp_get_open_domain()
        )

    def _get_my_moves_domain(self):
        partner = request.env.user.partner_id.commercial_partner_id
        return [
            ("move_type", "in", ["out_invoice", "out_refund"]),
            ("state", "=", "posted"),
            ("partner_id", "child_of", partner.ids),
        ]

    @http.route()
    def home(self, **kwargs):
        response = super().home(**kwargs)
        response.qcontext["isp_dues"] = self._get_my_dues()
        response.qcontext["isp_refused"] = self._get_my_refused()
        return response

    def _get_my_refused(self):
        """Return the last confirmations (isp.payment.confirmation) of the visitor's
        open invoices that were not accepted, in sudo."""
        told = Domain("isp_confirmation_ids.state", "=", "rejected")
        moves = request.env["account.move"].sudo()
        moves = moves.search(self._get_my_open_domain() & told, limit=LAST_ROWS)
        return [
            confirmation
            for confirmation in (move._isp_get_confirmation() for move in moves)
            if confirmation.state == "rejected"
        ]

    def _get_my_dues(self):
        """Return a list of dict (currency, total, overdue, count), by currency."""
        moves = request.env["account.move"].sudo()
        domain = self._get_my_open_domain()
        today = request.env.company._get_isp_today()
        late = dict(
            moves._read_group(
                domain & Domain("invoice_date_due", "<", today),
                ["currency_id"],
                ["amount_residual:sum"],
            )
        )
        groups = moves._read_group(
            domain, ["currency_id"], ["amount_residual:sum", "__count"]
        )
        return [
            {
                "currency": currency,
                "total": total,
                "overdue": late.get(currency, 0.0),
                "count": count,
            }
            for currency, total, count in groups
        ]

    @http.route()
    def portal_my_services(self, page=1, **kwargs):
        response = super().portal_my_services(page=page, **kwargs)
        values = response.qcontext
        values["open_moves"] = self._get_open_moves(values["services"])
        return response

    def _get_open_moves(self, services):
        """Return {service: its open invoices, the oldest first}, in sudo."""
        moves = (
            request.env["account.move"]
            .sudo()
            .search(
                self._get_my_open_domain()
                & Domain("line_ids.isp_service_id", "in", services.ids),
                order="invoice_date_due, id",
            )
        )
        found = dict.fromkeys(services, moves.browse())
        for move in moves:
            for service in move.isp_service_ids & services:
                found[service] |= move
        return found

    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        moves = (
            request.env["account.move"]
            .sudo()
            .search(
                Domain(self._get_my_moves_domain())
                & Domain("line_ids.isp_service_id", "=", service.id),
                order="invoice_date desc, id desc",
                limit=LAST_ROWS,
            )
        )
        suspensions = service.suspension_ids.filtered(lambda row: not row.date_end)
        values.update(
            open_moves=self._get_open_moves(service)[service],
            last_moves=moves,
            last_payments=self._get_payments(moves),
            today=service.company_id._get_isp_today(),
            isolated_for=set(suspensions.mapped("reason")),
            **self._get_my_balance(service.sudo()),
        )
        return values

    def _get_my_balance(self, service):
        """Return what the visitor owes or has, and until when it is paid; of his own
        services alone."""
        visitor = request.env.user.partner_id.commercial_partner_id
        if service.partner_id.commercial_partner_id != visitor:
            return {"balance": None, "paid_until": None}
        return {"balance": service.balance, "paid_until": service.paid_until}

    def _get_payments(self, moves):
        """Return what paid these invoices: a list of dict (date, amount, currency,
        move), the last first."""
        lines = moves.filtered(lambda move: move.move_type == "out_invoice").line_ids
        payments = [
            {
                "date": partial.credit_move_id.date,
                "amount": partial.debit_amount_currency,
                "currency": partial.debit_currency_id,
                "move": partial.debit_move_id.move_id,
            }
            for partial in lines.matched_credit_ids
            if partial.credit_move_id.move_id.move_type != "out_refund"
        ]
        payments.sort(key=lambda payment: payment["date"], reverse=True)
        return payments[:LAST_ROWS]
