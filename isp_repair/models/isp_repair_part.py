from odoo import fields, models


class IspRepairPart(models.Model):
    """Something that was replaced: what went in, from where, and what came back."""

    _name = "isp.repair.part"
    _description = "Replaced Part"
    _order = "work_order_id, id"
    _check_company_auto = True

    work_order_id = fields.Many2one(
        "isp.work.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="work_order_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        domain="[('type', '=', 'consu'), ('is_internet_plan', '=', False)]",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one("stock.lot", "Serial Number", check_company=True)
    location_id = fields.Many2one(
        "stock.location", "Taken from", required=True, check_company=True
    )
    is_returned = fields.Boolean("Old Part Back")
    returned_lot_id = fields.Many2one(
        "stock.lot", "Serial Number of the Old Part", check_company=True
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A part needs a quantity above zero."
    )
