def migrate(cr, version):
    """Lists of running subscribers came to an addon of their own."""
    cr.execute(
        "UPDATE ir_module_module SET state = 'to install' "
        "WHERE name = 'isp_takeover' AND state = 'uninstalled'"
    )
