from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .isp_recurring_report import MONTHS


class IspOwnerReport(models.Model):
    """The owner's sheet: one row for each of the last twelve months, of the figures of
    the other reports and of the ledger."""

    _name = "isp.owner.report"
    _description = "Owner's Sheet"
    _auto = False
    _rec_name = "month"
    _order = "month desc"
    _depends = {
        "account.move": ["amount_untaxed_signed", "invoice_date", "move_type", "state"],
        "account.move.line": ["account_id", "balance", "date", "parent_state"],
        "isp.money.report": ["amount", "date", "kind"],
        "isp.payment.speed.report": ["date_paid", "days_to_pay"],
        "isp.recurring.report": ["month", "mrr", "service_count"],
    }

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    invoiced = fields.Monetary(readonly=True, help="Without taxes.")
    received = fields.Monetary(readonly=True, help="From customers.")
    receivable = fields.Monetary(
        "Receivables",
        readonly=True,
        aggregator="max",
        help="What all customers owe at the end of the month, less what they have.",
    )
    days_to_pay = fields.Float("Days to Pay", readonly=True, aggregator="avg")
    mrr = fields.Monetary("MRR", readonly=True, aggregator="max")
    mrr_new = fields.Monetary("New MRR", readonly=True)
    mrr_changed = fields.Monetary("Changed MRR", readonly=True)
    mrr_lost = fields.Monetary("Lost MRR", readonly=True)
    service_count = fields.Integer("Services", readonly=True, aggregator="max")
    new_count = fields.Integer("New", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    arpu = fields.Monetary("ARPU", readonly=True, aggregator="avg")

    @api.depends("month")
    def _compute_display_name(self):
        for row in self:
            name = format_date(self.env, row.month, date_format="MMM y")
            row.display_name = name

    @property
    def _table_query(self):
        return SQL(
            """
            WITH months AS (
                SELECT first::date AS first FROM generate_series(
                    date_trunc('month', %(today)s::date) - (%(months)s - 1) * interval
                        '1 month',
                    date_trunc('month', %(today)s::date), interval '1 month') first
            ), invoiced AS (
                SELECT company_id, date_trunc('month', invoice_date)::date AS first,
                    sum(amount_untaxed_signed) AS amount
                FROM account_move WHERE state = 'posted'
                    AND move_type IN ('out_invoice', 'out_refund')
                GROUP BY 1, 2
            ), received AS (
                SELECT company_id, date_trunc('month', date)::date AS first,
                    sum(amount) AS amount
                FROM (%(money)s) r WHERE kind = 'customer' GROUP BY 1, 2
            ), owed AS (
                SELECT l.company_id, date_trunc('month', l.date)::date AS first,
                    sum(l.balance) AS amount
                FROM account_move_line l
                JOIN account_account a ON a.id = l.account_id
                    AND a.account_type = 'asset_receivable'
                WHERE l.parent_state = 'posted' GROUP BY 1, 2
            ), speed AS (
                SELECT company_id, date_trunc('month', date_paid)::date AS first,
                    avg(days_to_pay) AS days
                FROM (%(speed)s) r GROUP BY 1, 2
            ), recurring AS (
                SELECT company_id, month AS first, sum(mrr) AS mrr,
                    sum(mrr_new) AS mrr_new, sum(mrr_changed) AS mrr_changed,
                    sum(mrr_lost) AS mrr_lost, sum(service_count) AS service_count,
                    sum(new_count) AS new_count, sum(lost_count) AS lost_count,
                    avg(arpu) AS arpu
                FROM (%(recurring)s) r GROUP BY 1, 2
            )
            SELECT c.id * 24 + (extract(year FROM m.first) * 12
                    + extract(month FROM m.first))::int %% 24 AS id,
                m.first AS month, c.id AS company_id,
                COALESCE(invoiced.amount, 0) AS invoiced,
                COALESCE(received.amount, 0) AS received,
                COALESCE((SELECT sum(amount) FROM owed
                    WHERE company_id = c.id AND first <= m.first), 0) AS receivable,
                speed.days AS days_to_pay, COALESCE(r.mrr, 0) AS mrr,
                COALESCE(r.mrr_new, 0) AS mrr_new,
                COALESCE(r.mrr_changed, 0) AS mrr_changed,
                COALESCE(r.mrr_lost, 0) AS mrr_lost,
                COALESCE(r.service_count, 0) AS service_count,
                COALESCE(r.new_count, 0) AS new_count,
                COALESCE(r.lost_count, 0) AS lost_count, r.arpu
            FROM res_company c CROSS JOIN months m
            LEFT JOIN invoiced
                ON (invoiced.company_id, invoiced.first) = (c.id, m.first)
            LEFT JOIN received
                ON (received.company_id, received.first) = (c.id, m.first)
            LEFT JOIN speed ON (speed.company_id, speed.first) = (c.id, m.first)
            LEFT JOIN recurring r ON (r.company_id, r.first) = (c.id, m.first)""",
            today=self.env.company._get_isp_today(),
            months=MONTHS,
            money=self.env["isp.money.report"]._table_query,
            speed=self.env["isp.payment.speed.report"]._table_query,
            recurring=self.env["isp.recurring.report"]._table_query,
        )
