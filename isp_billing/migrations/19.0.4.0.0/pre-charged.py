def migrate(cr, version):
    """Periods know what their lines were posted with: price, quantity and discount, as
    shares of each line, in which rows that were cut have their days."""
    cr.execute(
        """
        ALTER TABLE isp_billing_period
            ADD COLUMN IF NOT EXISTS charged numeric,
            ADD COLUMN IF NOT EXISTS credited numeric,
            ADD COLUMN IF NOT EXISTS forgiven numeric
        """
    )
    cr.execute(
        """
        WITH row AS (
            SELECT id, move_line_id, price * days / cycle_days AS rated, days
            FROM isp_billing_period
            CROSS JOIN LATERAL (SELECT date_to - date_from + 1 AS days) d
        ), share AS (
            SELECT id, move_line_id,
                   CASE WHEN sum(rated) OVER line = 0
                        THEN days / sum(days) OVER line
                        ELSE rated / sum(rated) OVER line END AS part
            FROM row WHERE move_line_id IS NOT NULL
            WINDOW line AS (PARTITION BY move_line_id)
        ), posted AS (
            SELECT l.id,
                   CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                   * c.rounding * round((
                       l.quantity * l.price_unit * (1 - COALESCE(l.discount, 0) / 100)
                       / c.rounding)::numeric) AS amount
            FROM account_move_line l
            JOIN account_move m ON m.id = l.move_id
            JOIN res_currency c ON c.id = l.currency_id
        )
        UPDATE isp_billing_period p
        SET charged = COALESCE(round((posted.amount * share.part)::numeric, 6), 0),
            credited = 0,
            forgiven = 0
        FROM isp_billing_period every
        LEFT JOIN share ON share.id = every.id
        LEFT JOIN posted ON posted.id = share.move_line_id
        WHERE every.id = p.id
        """
    )
