def migrate(cr, version):
    """Only scheduled actions that say so are run again after a conflict."""
    cr.execute(
        """
        UPDATE ir_cron SET isp_retry = TRUE WHERE id IN (
            SELECT res_id FROM ir_model_data
            WHERE module = 'isp_billing' AND name = 'mail_mail_retry_cron')
        """
    )
