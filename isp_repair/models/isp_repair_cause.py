from odoo import fields, models


class IspRepairCause(models.Model):
    _name = "isp.repair.cause"
    _description = "Cause of a Fault"
    _inherit = ["isp.shared.mixin"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )
