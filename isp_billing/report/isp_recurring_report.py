from odoo import fields, models
from odoo.tools import SQL

MONTHS = 12  # that are told; the one before them is what the first is compared with


class IspRecurringReport(models.Model):
    """One row for each service and month: what it brings every month (MRR), at the
    month's end or today, and what has changed since the end of the month before.

    A service counts from its activation date until it ends, at the price that was
    billed last, with its monthly charges and discounts. While it is paused it brings
    nothing; nor does what is charged once.
    """

    _name = "isp.recurring.report"
    _description = "Recurring Revenue Analysis"
    _auto = False
    _rec_name = "service_id"
    _order = "month desc, service_id"
    _depends = {
        "isp.service": [
            *("activation_date", "area_id", "category_id", "company_id"),
            *("date_terminated", "end_reason", "own_price", "plan_id", "state"),
        ],
        "isp.billing.period": [
            *("charge_id", "date_from", "date_to", "kind", "price", "released"),
            "service_id",
        ],
        "isp.service.charge": [
            *("date_from", "date_to", "is_of_pause", "kind", "percent", "price"),
            "service_id",
        ],
        "product.template": ["list_price"],
        "res.partner": ["tz"],
    }

    service_id = fields.Many2one("isp.service", "Subscriber", readonly=True)
    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    area_id = fields.Many2one("isp.area", readonly=True)
    plan_id = fields.Many2one("product.template", readonly=True)
    category_id = fields.Many2one("isp.subscriber.category", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    change = fields.Selection(
        [
            ("same", "As before"),
            ("new", "New"),
            ("more", "Pays more"),
            ("less", "Pays less"),
            ("lost", "Lost"),
        ],
        readonly=True,
    )
    lost_reason = fields.Char("Lost Because", readonly=True)
    mrr = fields.Monetary("MRR", readonly=True)
    mrr_new = fields.Monetary("New MRR", readonly=True)
    mrr_changed = fields.Monetary("Changed MRR", readonly=True)
    mrr_lost = fields.Monetary("Lost MRR", readonly=True)
    service_count = fields.Integer("Services", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    arpu = fields.Monetary("ARPU", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH months AS (
                SELECT first::date AS first, least(%(today)s::date,
                    (first + interval '1 month' - interval '1 day')::date) AS last
                FROM generate_series(
                    date_trunc('month', %(today)s::date) - %(months)s * interval
                        '1 month',
                    date_trunc('month', %(today)s::date), interval '1 month') first
            ), life AS (
                SELECT s.*, (s.date_terminated AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(p.tz, %(zone)s))::date AS ended
                FROM isp_service s
                JOIN res_company c ON c.id = s.company_id
                JOIN res_partner p ON p.id = c.partner_id
                WHERE s.state IN ('active', 'terminated')
            ), rates AS (
                SELECT s.id, m.first, CASE WHEN s.activation_date <= m.last
                    AND (s.ended IS NULL OR s.ended > m.last) THEN (%(rate)s) END
                    AS now
                FROM life s CROSS JOIN months m
            ), steps AS (
                SELECT *, lag(now) OVER (PARTITION BY id ORDER BY first) AS before
                FROM rates
            )
            SELECT s.id * 24 + (extract(year FROM t.first) * 12
                    + extract(month FROM t.first))::int %% 24 AS id,
                s.id AS service_id, t.first AS month, s.company_id, s.area_id,
                s.plan_id, s.category_id, s.user_id,
                CASE WHEN t.before IS NULL THEN 'new' WHEN t.now IS NULL THEN 'lost'
                    WHEN t.now > t.before THEN 'more'
                    WHEN t.now < t.before THEN 'less' ELSE 'same' END AS change,
                CASE WHEN t.now IS NULL THEN s.end_reason END AS lost_reason,
                COALESCE(t.now, 0) AS mrr,
                CASE WHEN t.before IS NULL THEN t.now ELSE 0 END AS mrr_new,
                COALESCE(t.now - t.before, 0) AS mrr_changed,
                CASE WHEN t.now IS NULL THEN -t.before ELSE 0 END AS mrr_lost,
                (t.now IS NOT NULL)::int AS service_count,
                (t.before IS NULL)::int AS new_count,
                (t.now IS NULL)::int AS lost_count, t.now AS arpu
            FROM steps t JOIN life s ON s.id = t.id
            WHERE (t.now IS NOT NULL OR t.before IS NOT NULL)
                AND t.first > (SELECT min(first) FROM months)""",
            today=self.env.company._get_isp_today(),
            months=MONTHS,
            zone=self.env.company._get_isp_zone(),
            rate=self._get_rate(),
        )

    def _get_rate(self):
        """Return what a service (`s`) brings a month on the last day of a month (`m`),
        as SQL."""
        return SQL(
            """
            SELECT CASE WHEN EXISTS (
                SELECT FROM isp_billing_period b
                WHERE b.service_id = s.id AND b.charge_id IS NULL
                    AND b.kind = 'paused' AND b.released IS NOT TRUE
                    AND m.last BETWEEN b.date_from AND b.date_to)
            THEN 0 ELSE plan.price + COALESCE((
                SELECT sum(CASE c.kind WHEN 'monthly' THEN c.price
                    ELSE plan.price * c.percent / 100 END)
                FROM isp_service_charge c
                WHERE c.service_id = s.id AND c.kind IN ('monthly', 'percent')
                    AND c.is_of_pause IS NOT TRUE AND c.date_from <= m.last
                    AND (c.date_to IS NULL OR c.date_to >= m.last)), 0) END
            FROM (SELECT COALESCE(
                (SELECT b.price FROM isp_billing_period b
                WHERE b.service_id = s.id AND b.charge_id IS NULL
                    AND b.kind = 'charge' AND b.released IS NOT TRUE
                    AND b.date_from <= m.last
                ORDER BY b.date_from DESC LIMIT 1),
                NULLIF(s.own_price, 0),
                (SELECT list_price FROM product_template WHERE id = s.plan_id),
                0)::numeric AS price) plan"""
        )
