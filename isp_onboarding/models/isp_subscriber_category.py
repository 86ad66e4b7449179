from odoo import fields, models

RESTRICTIONS = [("yes", "Until the first payment"), ("no", "Never")]


class IspSubscriberCategory(models.Model):
    _inherit = "isp.subscriber.category"

    restrict_before_payment = fields.Selection(
        RESTRICTIONS,
        "Restricted",
        help="Whether new subscribers of it are isolated until their first payment. "
        "Empty: as the plan says, else the company.",
    )
