from odoo.tools.sql import set_not_null


def uninstall_hook(env):
    """Visits without a service go, as all repairs do: isp_base asks for one again."""
    env.cr.execute("DELETE FROM isp_work_order WHERE service_id IS NULL")
    set_not_null(env.cr, "isp_work_order", "service_id")
