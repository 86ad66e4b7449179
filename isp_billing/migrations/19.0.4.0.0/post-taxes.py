def migrate(cr, version):
    """Services whose taxes are not those of their plan have chosen them: a change of
    the plan, or of its taxes, leaves these as they are."""
    cr.execute(
        """
        UPDATE isp_service s SET has_own_taxes = TRUE
        FROM res_company c
        WHERE c.id = s.company_id AND s.plan_id IS NOT NULL AND ARRAY(
            SELECT account_tax_id FROM account_tax_isp_service_rel
            WHERE isp_service_id = s.id ORDER BY 1
        ) != ARRAY(
            SELECT t.id FROM product_taxes_rel r
            JOIN account_tax t ON t.id = r.tax_id
            WHERE r.prod_id = s.plan_id AND t.company_id::text = ANY(
                string_to_array(c.parent_path, '/'))
            ORDER BY 1
        )
        """
    )
