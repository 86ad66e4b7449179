def migrate(cr, version):
    """Who has services: filled here, at once, instead of card by card."""
    cr.execute(
        "ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS isp_is_subscriber boolean"
    )
    cr.execute(
        """UPDATE res_partner SET isp_is_subscriber = TRUE
        WHERE isp_is_subscriber IS NOT TRUE AND (
            id IN (SELECT partner_id FROM isp_service)
            OR commercial_partner_id IN (SELECT partner_id FROM isp_service)
        )"""
    )
