def migrate(cr, version):
    """All routers of the first release are MikroTiks."""
    cr.execute("UPDATE isp_router SET vendor = 'mikrotik' WHERE vendor IS NULL")
