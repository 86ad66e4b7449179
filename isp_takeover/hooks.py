from odoo.addons.isp_base.adoption import adopt


def pre_init_hook(env):
    """Until 19.0.2 it was a part of isp_billing."""
    adopt(env, "isp_takeover", "isp_billing")
