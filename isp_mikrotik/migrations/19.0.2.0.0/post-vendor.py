from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let FreeRADIUS know the routers' vendor, and what it is to answer each vendor."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["isp.router"].search([("use_radius", "=", True)])._sync_radius_clients()
