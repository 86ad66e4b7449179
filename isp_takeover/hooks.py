from odoo.addons.isp_base.adoption import adopt, put_back


def pre_init_hook(env):
    """Until 19.0.2 it was a part of isp_billing."""
    adopt(env, "isp_takeover", "isp_billing")


def post_init_hook(env):
    put_back(env, "isp_takeover")
