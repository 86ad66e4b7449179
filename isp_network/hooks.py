from contextlib import closing

from odoo import sql_db
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
    """Let those services log in that are running already. Those that can already are
    left alone: the addon of their routers' brand is not there yet."""
    # The table may have been rewritten since this transaction began, which sees no
    # row of it then.
    with closing(sql_db.db_connect(env.cr.dbname).cursor()) as cr:
        cr.execute(
            "SELECT service_id FROM isp_radius_user WHERE service_id IS NOT NULL"
        )
        known = [service_id for (service_id,) in cr.fetchall()]
    services = env["isp.service"].search(
        [("access", "!=", "none"), ("id", "not in", known)]
    )
    for ids in split_every(BATCH, services.ids):
        services.browse(ids)._sync_radius_users()
    put_back(env, "isp_network")


def uninstall_hook(env):
    """Drop the tables that FreeRADIUS works in."""
    schema.drop(env.cr)
