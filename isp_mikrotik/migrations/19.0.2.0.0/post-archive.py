def migrate(cr, version):
    """How long sessions are archived is said by company: so far it was by database."""
    cr.execute(
        """
        UPDATE res_company SET isp_archive_days = value::integer
        FROM ir_config_parameter
        WHERE key = 'isp_network.archive_days' AND value ~ '^[0-9]{1,6}$';
        DELETE FROM ir_config_parameter WHERE key = 'isp_network.archive_days';
        ALTER TABLE res_config_settings DROP COLUMN IF EXISTS isp_archive_days
        """
    )
