from odoo import api, fields, models
from odoo.tools import SQL

AGES = [
    ("0_due", "Not due yet"),
    ("1_30", "1 to 30 days"),
    ("2_60", "31 to 60 days"),
    ("3_90", "61 to 90 days"),
    ("4_more", "More than 90 days"),
    ("5_credit", "Money on account"),
]


class IspReceivableReport(models.Model):
    """One row for each open item of a customer: what he owes, by how late it is, and,
    below zero, what he has with us. The sum is that of the receivable accounts."""

    _name = "isp.receivable.report"
    _description = "Receivables Analysis"
    _auto = False
    _rec_name = "move_id"
    _order = "date_due, id"
    _depends = {
        "account.move.line": [
            *("account_id", "amount_residual", "company_id", "date_maturity"),
            *("isp_service_id", "move_id", "parent_state", "partner_id", "reconciled"),
        ],
        "isp.service": ["area_id", "category_id", "plan_id"],
        "res.partner": ["commercial_partner_id"],
    }

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    service_id = fields.Many2one("isp.service", "Subscriber", readonly=True)
    area_id = fields.Many2one("isp.area", readonly=True)
    plan_id = fields.Many2one("product.template", readonly=True)
    category_id = fields.Many2one("isp.subscriber.category", readonly=True)
    date_due = fields.Date("Due", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="max")
    age = fields.Selection(AGES, readonly=True)
    amount = fields.Monetary("Outstanding", readonly=True)

    @property
    def _table_query(self):
        """An invoice of several services is of its first one; what is of none is of
        the first service that its customer has."""
        return SQL(
            """
            SELECT l.id, l.move_id, l.company_id, payer.commercial_partner_id
                    AS partner_id,
                s.id AS service_id, s.area_id, s.plan_id, s.category_id,
                due.day AS date_due, greatest(due.late, 0) AS days_late,
                l.amount_residual AS amount,
                CASE WHEN l.amount_residual < 0 THEN '5_credit'
                    WHEN due.late <= 0 THEN '0_due' WHEN due.late <= 30 THEN '1_30'
                    WHEN due.late <= 60 THEN '2_60' WHEN due.late <= 90 THEN '3_90'
                    ELSE '4_more' END AS age %(columns)s
            FROM account_move_line l
            JOIN account_account a ON a.id = l.account_id
                AND a.account_type = 'asset_receivable'
            LEFT JOIN res_partner payer ON payer.id = l.partner_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(l.date_maturity, l.date) AS day,
                    %(today)s::date - COALESCE(l.date_maturity, l.date) AS late) due
            LEFT JOIN LATERAL (
                SELECT min(isp_service_id) AS id FROM account_move_line
                WHERE move_id = l.move_id AND isp_service_id IS NOT NULL) own ON TRUE
            LEFT JOIN LATERAL (
                SELECT min(v.id) AS id FROM isp_service v
                WHERE own.id IS NULL AND v.partner_id = payer.id
                    AND v.company_id = l.company_id) his ON TRUE
            LEFT JOIN isp_service s ON s.id = COALESCE(own.id, his.id)
            %(joins)s
            WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                AND l.amount_residual != 0""",
            today=self.env.company._get_isp_today(),
            columns=SQL("").join(SQL(", %s", c) for c in self._get_columns()),
            joins=SQL(" ").join(self._get_joins()),
        )

    @api.model
    def _get_columns(self) -> list[SQL]:
        """Seam: further columns, `x.y AS z`; the service is `s`."""
        return []

    @api.model
    def _get_joins(self) -> list[SQL]:
        """Seam: what these are joined from."""
        return []
