from odoo import fields, models

from .isp_subscriber_category import RESTRICTIONS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    isp_restrict_before_payment = fields.Selection(
        RESTRICTIONS,
        "Restricted",
        help="Whether new subscribers with it are isolated until their first payment. "
        "Empty: as the company says.",
    )
