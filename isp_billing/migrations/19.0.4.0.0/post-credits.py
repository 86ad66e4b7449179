def migrate(cr, version):
    """Periods know what gave back a part of them: the documents that credit what was
    released, and credit notes by hand, in part or as a favour. Where these gave back
    more than was charged, no more than that counts."""
    cr.execute(
        """
        WITH settled AS (
            SELECT id AS period_id, credit_line_id AS line_id, charged AS amount
            FROM isp_billing_period WHERE credit_line_id IS NOT NULL
        ), by_hand AS (
            SELECT p.id AS period_id, l.id AS line_id, m.isp_days_stay_settled AS kept,
                   l.quantity * l.price_unit * (1 - COALESCE(l.discount, 0) / 100)
                   * p.charged / sum(p.charged) OVER (PARTITION BY l.id) AS amount
            FROM account_move_line l
            JOIN account_move m ON m.id = l.move_id
            JOIN account_move_line o ON o.id = l.isp_origin_line_id
            JOIN isp_billing_period p ON p.move_line_id = o.id
            WHERE m.move_type = 'out_refund' AND m.state = 'posted'
              AND o.move_id = m.reversed_entry_id AND p.charged != 0
              AND daterange(p.date_from, p.date_to, '[]')
                  && daterange(l.isp_date_from, l.isp_date_to, '[]')
              AND l.id NOT IN (SELECT line_id FROM settled)
        ), given AS (
            SELECT *, FALSE AS kept, 0 AS rank FROM settled
            UNION ALL
            SELECT period_id, line_id, amount, kept, 1 FROM by_hand
        ), capped AS (
            SELECT given.*, p.company_id, sign(p.charged) AS sign,
                   abs(p.charged) AS most,
                   COALESCE(sum(abs(amount)) OVER (
                       PARTITION BY period_id ORDER BY rank, line_id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM given JOIN isp_billing_period p ON p.id = period_id
            WHERE amount * p.charged > 0
        )
        INSERT INTO isp_billing_credit
               (period_id, move_line_id, company_id, forgiven, amount,
                create_uid, create_date, write_uid, write_date)
        SELECT period_id, line_id, company_id, COALESCE(kept, FALSE),
               sign * trunc(least(abs(amount), most - before)::numeric, 6),
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
        FROM capped WHERE most > before
        """
    )
    cr.execute(
        """
        UPDATE isp_billing_period p SET credited = c.credited, forgiven = c.forgiven
        FROM (
            SELECT period_id,
                   COALESCE(sum(amount) FILTER (WHERE NOT forgiven), 0) AS credited,
                   COALESCE(sum(amount) FILTER (WHERE forgiven), 0) AS forgiven
            FROM isp_billing_credit GROUP BY period_id
        ) c WHERE c.period_id = p.id
        """
    )
