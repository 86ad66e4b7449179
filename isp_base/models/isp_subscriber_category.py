from odoo import fields, models


class IspSubscriberCategory(models.Model):
    _name = "isp.subscriber.category"
    _description = "Subscriber Category"
    _inherit = ["isp.shared.mixin"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_business = fields.Boolean(
        "Business", help="Businesses come first where work is sorted by urgency."
    )
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )
