from odoo import fields, models
from odoo.tools import SQL


class IspPaymentSpeedReport(models.Model):
    """One row for each invoice that is paid: how many days it took."""

    _name = "isp.payment.speed.report"
    _description = "Days to Pay"
    _auto = False
    _rec_name = "move_id"
    _order = "date_paid desc, id desc"
    _depends = {
        "account.move": [
            *("amount_total_signed", "company_id", "invoice_date", "invoice_date_due"),
            *("commercial_partner_id", "move_type", "payment_state", "state"),
        ],
        "account.move.line": ["account_id", "isp_service_id", "move_id"],
        "account.partial.reconcile": ["debit_move_id", "max_date"],
        "isp.service": ["area_id", "category_id", "plan_id"],
    }

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    area_id = fields.Many2one("isp.area", readonly=True)
    plan_id = fields.Many2one("product.template", readonly=True)
    category_id = fields.Many2one("isp.subscriber.category", readonly=True)
    date_invoiced = fields.Date("Invoiced", readonly=True)
    date_paid = fields.Date("Paid On", readonly=True)
    days_to_pay = fields.Float("Days to Pay", readonly=True, aggregator="avg")
    days_late = fields.Float("Days after Due", readonly=True, aggregator="avg")
    in_time = fields.Float("Paid in Time (%)", readonly=True, aggregator="avg")
    invoice_count = fields.Integer("Invoices", readonly=True)
    amount = fields.Monetary("Invoiced Amount", readonly=True)

    @property
    def _table_query(self):
        """Paid is the day of the last payment or credit; what was paid beforehand took
        no days."""
        return SQL(
            """
            SELECT m.id, m.id AS move_id, m.commercial_partner_id AS partner_id,
                m.company_id, s.area_id, s.plan_id, s.category_id,
                m.invoice_date AS date_invoiced, paid.day AS date_paid,
                greatest(paid.day - m.invoice_date, 0)::float AS days_to_pay,
                greatest(paid.day - m.invoice_date_due, 0)::float AS days_late,
                CASE WHEN paid.day <= m.invoice_date_due THEN 100.0 ELSE 0.0 END
                    AS in_time,
                1 AS invoice_count, m.amount_total_signed AS amount
            FROM account_move m
            JOIN (
                SELECT l.move_id, max(r.max_date) AS day
                FROM account_partial_reconcile r
                JOIN account_move_line l ON l.id = r.debit_move_id
                GROUP BY l.move_id) paid ON paid.move_id = m.id
            LEFT JOIN (
                SELECT move_id, min(isp_service_id) AS service_id
                FROM account_move_line WHERE isp_service_id IS NOT NULL
                GROUP BY move_id) own ON own.move_id = m.id
            LEFT JOIN isp_service s ON s.id = own.service_id
            WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
                AND m.payment_state IN ('paid', 'in_payment')"""
        )
