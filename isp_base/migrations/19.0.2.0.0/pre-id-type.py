def migrate(cr, version):
    """Everybody's ID was a KTP until he had another one. The KTP is of l10n_id_isp now,
    which comes with isp_billing where a company is Indonesian or a KTP has a number."""
    cr.execute(
        """
        UPDATE res_partner p SET isp_id_type = 'card'
        WHERE isp_id_type = 'ktp' AND NOT (
            EXISTS (
                SELECT FROM ir_module_module WHERE name = 'isp_billing'
                AND state IN ('installed', 'to upgrade', 'to install'))
            AND (isp_id_number IS NOT NULL OR EXISTS (
                SELECT FROM res_company c
                JOIN res_partner a ON a.id = c.partner_id
                JOIN res_country o ON o.id = a.country_id
                WHERE o.code = 'ID')))
        """
    )
