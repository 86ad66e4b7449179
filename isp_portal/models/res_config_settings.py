from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_confirmed_signup = fields.Boolean(
        "Sign-Up with Confirmation of the E-mail",
        config_parameter="isp_portal.confirmed_signup",
    )
