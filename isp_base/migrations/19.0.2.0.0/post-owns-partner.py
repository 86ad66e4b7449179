def migrate(cr, version):
    """A card made in the same moment as a registration was made by it: the others were
    chosen, or linked for their ID number."""
    cr.execute(
        """
        UPDATE isp_service s SET owns_partner = TRUE
        FROM res_partner p
        WHERE p.id = s.partner_id AND p.create_date = s.create_date
        """
    )
