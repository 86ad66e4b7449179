def migrate(cr, version):
    """What is Indonesian came to an addon of its own: install it, and what it needs,
    where a company is Indonesian or somebody has a KTP."""
    cr.execute(
        """
        WITH RECURSIVE needed(name) AS (
            SELECT 'l10n_id_isp'::varchar
            UNION
            SELECT d.name FROM needed n
            JOIN ir_module_module m ON m.name = n.name
            JOIN ir_module_module_dependency d ON d.module_id = m.id
        )
        UPDATE ir_module_module SET state = 'to install'
        WHERE state = 'uninstalled' AND name IN (SELECT name FROM needed)
        AND (
            EXISTS (SELECT FROM res_partner WHERE isp_id_type = 'ktp')
            OR EXISTS (
                SELECT FROM res_company c
                JOIN res_partner a ON a.id = c.partner_id
                JOIN res_country o ON o.id = a.country_id
                WHERE o.code = 'ID'))
        """
    )
