"""What the monthly check asks the database: each query lists, for the services of a
company, what of a month is not as the rules have it. All of them have the columns
service_id, date_from, date_to, expected, found, move_id."""

from odoo.tools import SQL

AMOUNT = """CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END * l.quantity
    * l.price_unit * (1 - COALESCE(l.discount, 0) / 100)"""
RATED = "p.price * (p.date_to - p.date_from + 1) / p.cycle_days"

# Each line that charges days: what these cost by the rules, what they remember, and
# with what it was posted.
LINES = f"""
    lines AS (
        SELECT l.id, min(p.service_id) AS service_id, l.move_id, m.state,
               min(p.date_from) AS date_from, max(p.date_to) AS date_to,
               sum({RATED})::float AS rated, sum(p.charged)::float AS charged,
               ({AMOUNT})::float AS amount
        FROM isp_billing_period p
        JOIN account_move_line l ON l.id = p.move_line_id
        JOIN account_move m ON m.id = l.move_id
        WHERE p.company_id = %(company)s AND p.kind = 'charge'
        GROUP BY l.id, m.id
        HAVING min(p.date_from) BETWEEN %(first)s AND %(last)s)"""

# The days of each plan that are settled, the one before beside each.
DAYS = """
    days AS (
        SELECT p.service_id, p.date_from, p.date_to, p.price, p.cycle_days,
               lag(p.date_to) OVER service AS before,
               lead(p.date_from) OVER service AS following
        FROM isp_billing_period p
        WHERE p.company_id = %(company)s AND p.released IS NOT TRUE
              AND p.charge_id IS NULL
        WINDOW service AS (PARTITION BY p.service_id ORDER BY p.date_from)),
    holes AS (
        SELECT service_id, before + 1 AS date_from, date_from - 1 AS date_to,
               price / cycle_days AS price
        FROM days WHERE before < date_from - 1
        UNION ALL
        SELECT d.service_id, s.activation_date, d.date_from - 1,
               d.price / d.cycle_days
        FROM days d JOIN isp_service s ON s.id = d.service_id
        WHERE d.before IS NULL AND s.activation_date < d.date_from
        UNION ALL
        SELECT d.service_id, d.date_to + 1, e.day, d.price / d.cycle_days
        FROM days d JOIN isp_service s ON s.id = d.service_id
        CROSS JOIN LATERAL (
            SELECT (s.date_terminated AT TIME ZONE 'UTC'
                    AT TIME ZONE %(zone)s)::date AS day) e
        WHERE d.following IS NULL AND s.state = 'terminated' AND d.date_to < e.day)"""

WAITS_FOR_NOTHING = """(s.state != 'active' OR s.next_invoice_date < %(today)s)"""
DUE = """s.state = 'active' AND s.billing_schedule_id IS NOT NULL
    AND (s.access = 'open' OR b.in_arrears OR b.isolated_charge = 'full')"""

QUERIES = {
    "changed": f"""WITH {LINES}
        SELECT service_id, date_from, date_to, rated, amount, move_id FROM lines
        WHERE state = 'posted' AND abs(rated - amount) > %(unit)s""",
    "forgotten": f"""WITH {LINES}
        SELECT service_id, date_from, date_to, amount, charged, move_id FROM lines
        WHERE state = 'posted' AND abs(charged - amount) > %(unit)s""",
    "draft": f"""WITH {LINES}
        SELECT service_id, date_from, date_to, rated, 0, move_id FROM lines
        WHERE state = 'draft'""",
    "cancelled": f"""WITH {LINES}
        SELECT service_id, date_from, date_to, rated, 0, move_id FROM lines
        WHERE state = 'cancel'""",
    "untaxed": f"""WITH {LINES}
        SELECT x.service_id, x.date_from, x.date_to, x.amount, x.amount, x.move_id
        FROM lines x JOIN account_move_line l ON l.id = x.id
        WHERE x.state = 'posted' AND abs(x.amount) > 0 AND NOT EXISTS (
            SELECT FROM account_move_line_account_tax_rel r
            WHERE r.account_move_line_id = x.id) AND CASE
            WHEN l.isp_charge_id IS NULL THEN EXISTS (
                SELECT FROM account_tax_isp_service_rel r
                WHERE r.isp_service_id = x.service_id)
            ELSE EXISTS (
                SELECT FROM account_tax_isp_service_charge_rel r
                WHERE r.isp_service_charge_id = l.isp_charge_id) END""",
    "hole": f"""WITH {DAYS}
        SELECT service_id, greatest(date_from, %(first)s),
               least(date_to, %(last)s),
               price * (least(date_to, %(last)s) - greatest(date_from, %(first)s) + 1),
               0, NULL::integer
        FROM holes WHERE date_from <= %(last)s AND date_to >= %(first)s""",
    "late": f"""
        SELECT s.id, s.next_invoice_date, s.next_invoice_date, COALESCE((
                   SELECT p.price FROM isp_billing_period p
                   WHERE p.service_id = s.id AND p.charge_id IS NULL
                         AND p.kind = 'charge'
                   ORDER BY p.date_from DESC LIMIT 1), 0), 0, NULL::integer
        FROM isp_service s JOIN isp_billing_schedule b ON b.id = s.billing_schedule_id
        WHERE s.company_id = %(company)s AND {DUE}
              AND s.next_invoice_date BETWEEN %(first)s AND %(last)s
              AND s.next_invoice_date < %(today)s""",
    "waiting": f"""
        SELECT p.service_id, p.date_from, p.date_to, {RATED}, 0, NULL::integer
        FROM isp_billing_period p JOIN isp_service s ON s.id = p.service_id
        WHERE p.company_id = %(company)s AND p.kind = 'charge'
              AND p.released IS NOT TRUE AND p.move_line_id IS NULL
              AND p.date_from BETWEEN %(first)s AND %(last)s
              AND {WAITS_FOR_NOTHING}""",
    "to_credit": f"""
        SELECT p.service_id, p.date_from, p.date_to, 0,
               p.charged - COALESCE(p.credited, 0) - COALESCE(p.forgiven, 0), l.move_id
        FROM isp_billing_period p JOIN isp_service s ON s.id = p.service_id
        JOIN account_move_line l ON l.id = p.move_line_id
        WHERE p.company_id = %(company)s AND p.released
              AND p.credit_line_id IS NULL
              AND p.date_from BETWEEN %(first)s AND %(last)s
              AND abs(p.charged - COALESCE(p.credited, 0) - COALESCE(p.forgiven, 0))
                  > %(unit)s
              AND {WAITS_FOR_NOTHING}""",
    "outside": """
        SELECT p.service_id, p.date_from, p.date_to, 0, p.charged, l.move_id
        FROM isp_billing_period p JOIN isp_service s ON s.id = p.service_id
        JOIN account_move_line l ON l.id = p.move_line_id
        WHERE p.company_id = %(company)s AND p.kind = 'charge'
              AND p.released IS NOT TRUE AND p.charge_id IS NULL
              AND p.date_from BETWEEN %(first)s AND %(last)s
              AND (p.date_from < s.activation_date OR s.state = 'terminated' AND
                   p.date_from > (s.date_terminated AT TIME ZONE 'UTC'
                                  AT TIME ZONE %(zone)s)::date)""",
    "by_hand": f"""
        SELECT l.isp_service_id, l.isp_date_from, l.isp_date_to, 0, {AMOUNT}, m.id
        FROM account_move_line l JOIN account_move m ON m.id = l.move_id
        WHERE m.company_id = %(company)s AND m.state = 'posted'
              AND l.isp_service_id IS NOT NULL AND l.display_type = 'product'
              AND l.isp_date_from BETWEEN %(first)s AND %(last)s
              AND abs({AMOUNT}) > 0
              AND NOT EXISTS (
                  SELECT FROM isp_billing_period p
                  WHERE p.move_line_id = l.id OR p.credit_line_id = l.id)
              AND NOT EXISTS (
                  SELECT FROM isp_billing_credit c WHERE c.move_line_id = l.id)""",
    "credit": f"""
        SELECT min(p.service_id), min(p.date_from), max(p.date_to), -sum(c.amount),
               ({AMOUNT})::float, m.id
        FROM isp_billing_credit c
        JOIN isp_billing_period p ON p.id = c.period_id
        JOIN account_move_line l ON l.id = c.move_line_id
        JOIN account_move m ON m.id = l.move_id
        WHERE c.company_id = %(company)s AND m.state = 'posted'
        GROUP BY l.id, m.id
        HAVING min(p.date_from) BETWEEN %(first)s AND %(last)s
               AND abs(sum(c.amount)::float + ({AMOUNT})::float) > 2 * %(unit)s""",
    "price": """
        SELECT p.service_id, p.date_from, p.date_to, s.own_price, p.price, l.move_id
        FROM isp_billing_period p JOIN isp_service s ON s.id = p.service_id
        LEFT JOIN account_move_line l ON l.id = p.move_line_id
        WHERE p.company_id = %(company)s AND p.kind = 'charge'
              AND p.released IS NOT TRUE AND p.charge_id IS NULL
              AND s.state = 'active' AND s.own_price > 0
              AND p.date_from BETWEEN %(first)s AND %(last)s
              AND %(today)s BETWEEN p.date_from AND p.date_to
              AND abs(s.own_price - p.price) > %(unit)s""",
}


def get_query(kind, **values):
    """Return the SQL of a kind of difference.

    :param values: company (id), first and last (the month's days), today, zone (name
        of the time zone), unit (the smallest amount of the currency)
    """
    return SQL(QUERIES[kind], **values)
