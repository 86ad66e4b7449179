from odoo import fields, models

from ..const import LOGIN_DAYS, SESSION_DAYS, USAGE_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_network_user_id = fields.Many2one(
        related="company_id.isp_network_user_id", readonly=False
    )
    isp_isolated_mbps = fields.Float(
        related="company_id.isp_isolated_mbps", readonly=False
    )
    isp_interim_minutes = fields.Integer(
        related="company_id.isp_interim_minutes", readonly=False
    )
    isp_session_hours = fields.Integer(
        related="company_id.isp_session_hours", readonly=False
    )
    isp_idle_minutes = fields.Integer(
        related="company_id.isp_idle_minutes", readonly=False
    )
    isp_billing_address = fields.Char(
        related="company_id.isp_billing_address", readonly=False
    )
    isp_isolated_hosts = fields.Text(
        related="company_id.isp_isolated_hosts", readonly=False
    )
    isp_session_days = fields.Integer(
        "Sessions Stay (days)",
        default=SESSION_DAYS[1],
        config_parameter=SESSION_DAYS[0],
    )
    isp_archive_days = fields.Integer(
        related="company_id.isp_archive_days", readonly=False
    )
    isp_login_days = fields.Integer(
        "Log-ins Stay (days)",
        default=LOGIN_DAYS[1],
        config_parameter=LOGIN_DAYS[0],
    )
    isp_usage_days = fields.Integer(
        "Usage Stays (days)",
        default=USAGE_DAYS[1],
        config_parameter=USAGE_DAYS[0],
    )
