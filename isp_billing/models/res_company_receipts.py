from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_send_receipts = fields.Boolean(
        "Send Receipts by E-mail",
        help="To subscribers, as soon as a payment of theirs is registered.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_send_receipts = fields.Boolean(
        related="company_id.isp_send_receipts", readonly=False
    )
