from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IspPlanKitLine(models.Model):
    """What an installation of a plan usually takes: proposed when material is asked
    for."""

    _name = "isp.plan.kit.line"
    _description = "Material of a Plan"
    _order = "sequence, id"
    _rec_name = "product_id"

    sequence = fields.Integer(default=10)
    plan_id = fields.Many2one(
        "product.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product",
        "Item",
        required=True,
        ondelete="cascade",
        domain="[('type', '=', 'consu'), ('is_internet_plan', '=', False)]",
    )
    quantity = fields.Float(default=1, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A kit needs a quantity above zero."
    )
    _item_uniq = models.Constraint(
        "UNIQUE (plan_id, product_id)", "This item is in the kit already."
    )

    @api.constrains("product_id", "plan_id")
    def _check_product_id(self):
        for line in self:
            owner = line.product_id.company_id
            if line.product_id.type != "consu" or (
                owner and owner != line.plan_id.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(product)s is not something the warehouse of this plan has.",
                        product=line.product_id.display_name,
                    )
                )
