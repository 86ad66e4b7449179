from odoo import fields, models

from ..const import PRICE_GROUPS


class IspRelocation(models.Model):
    _inherit = "isp.relocation"

    currency_id = fields.Many2one(related="company_id.currency_id")
    fee = fields.Monetary(readonly=True, groups=PRICE_GROUPS)
