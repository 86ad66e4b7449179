from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_username_pattern = fields.Char(
        related="company_id.isp_username_pattern", readonly=False
    )
    isp_tz = fields.Selection(
        related="company_id.partner_id.tz",
        string="Company Time Zone",
        readonly=False,
        help="Where midnight begins a new day of bills, dues and usage. Empty: that of "
        "the company's country.",
    )
