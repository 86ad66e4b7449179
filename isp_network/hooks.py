from odoo.tools import split_every

from odoo.addons.isp_base.adoption import adopt, put_back

from .radius import schema

BATCH = 1000
FORMER = "isp_mikrotik"


def pre_init_hook(env):
    """Take over the records and settings of the addon that this one was a part of."""
    adopt(env, "isp_network", FORMER)
    env.cr.execute(
        """UPDATE ir_config_parameter SET key = replace(key, %s, 'isp_network.')
        WHERE starts_with(key, %s)""",
        [f"{FORMER}.", f"{FORMER}."],
    )


def post_init_hook(env):
    """Let those services log in that are running already. Where the former addon was
    there they can, and are left alone: that of their routers' brand is yet to come."""
    states = ("installed", "to upgrade")
    former = [("name", "=", FORMER), ("state", "in", states)]
    if not env["ir.module.module"].search_count(former):
        services = env["isp.service"].search([("access", "!=", "none")])
        for ids in split_every(BATCH, services.ids):
            services.browse(ids)._sync_radius_users()
    put_back(env, "isp_network")


def uninstall_hook(env):
    """Drop the tables that FreeRADIUS works in."""
    schema.drop(env.cr)
