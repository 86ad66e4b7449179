from odoo.tools import split_every

from .radius import schema

BATCH = 1000


def post_init_hook(env):
    """Let those services log in that are running already."""
    services = env["isp.service"].search([("access", "!=", "none")])
    for ids in split_every(BATCH, services.ids):
        services.browse(ids)._sync_radius_users()


def uninstall_hook(env):
    """Drop the tables that FreeRADIUS works in."""
    schema.drop(env.cr)
