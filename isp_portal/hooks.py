from odoo.tools import SQL

from odoo.addons.isp_base.adoption import adopt, put_back

FORMER = "isp_repair"
MAILS = ("code", "signup_confirm", "signup_known")
SCOPE = "auth_signup.invitation_scope"


def pre_init_hook(env):
    """Take over sign-up and claim from isp_repair, which they were a part of."""
    for mail in MAILS:
        env.cr.execute(
            SQL(
                "UPDATE ir_model_data SET name = %s WHERE module = %s AND name = %s",
                f"isp_portal_mail_{mail}",
                FORMER,
                f"isp_repair_mail_{mail}",
            )
        )
    adopt(env, "isp_portal", FORMER)


def post_init_hook(env):
    """Customers may sign up by themselves, where nobody has decided on it yet.

    General Settings > Customer Account says it afterwards.
    """
    put_back(env, "isp_portal")
    parameters = env["ir.config_parameter"]
    if not parameters.get_param(SCOPE):
        parameters.set_param(SCOPE, "b2c")
