from odoo import fields, models


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
        default=60,
        config_parameter="isp_mikrotik.session_days",
    )
    isp_archive_days = fields.Integer(
        "Archive Stays (days)",
        default=365,
        config_parameter="isp_mikrotik.archive_days",
    )
    isp_login_days = fields.Integer(
        "Log-ins Stay (days)",
        default=30,
        config_parameter="isp_mikrotik.login_days",
    )
    isp_usage_days = fields.Integer(
        "Usage Stays (days)",
        default=1095,
        config_parameter="isp_mikrotik.usage_days",
    )
