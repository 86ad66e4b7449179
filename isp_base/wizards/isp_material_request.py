from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MOST, MOST_DEVICES = 5000, 50  # of one item for one visit


class IspMaterialRequest(models.TransientModel):
    """What a technician needs for a visit; sent, it is a transfer of the warehouse."""

    _name = "isp.material.request"
    _description = "Material Request"
    _check_company_auto = True

    work_order_id = fields.Many2one("isp.work.order", required=True, readonly=True)
    company_id = fields.Many2one(related="work_order_id.company_id", related_sudo=False)
    location_id = fields.Many2one(
        "stock.location",
        "Source Location",
        required=True,
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        compute="_compute_location_id",
        compute_sudo=False,
        precompute=True,
        store=True,
        readonly=False,
    )
    line_ids = fields.One2many("isp.material.request.line", "request_id", "Items")

    @api.depends("work_order_id")
    def _compute_location_id(self):
        for request in self:
            order = request.work_order_id
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", order.company_id.id)], limit=1
            )
            request.location_id = order.pop_id.location_id or warehouse.lot_stock_id

    @api.constrains("location_id")
    def _check_location_id(self):
        if any(request.location_id.usage != "internal" for request in self):
            raise ValidationError(
                self.env._("Material comes from a place in a warehouse.")
            )

    def action_send(self):
        """Make the confirmed transfer that the warehouse issues."""
        self.ensure_one()
        order = self.work_order_id
        order._check_mine()
        order._check_states(("scheduled", "started"))
        if not self.line_ids:
            raise UserError(self.env._("Add at least one item first."))
        picking = self.env["stock.picking"].sudo().create(self._prepare_picking_vals())
        picking.action_confirm()
        order._message_log(
            body=self.env._(
                "Material requested from %(location)s: %(transfer)s",
                location=self.location_id.display_name,
                transfer=picking.name,
            )
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_picking_vals(self):
        order = self.work_order_id
        location = self.location_id.sudo()
        warehouse = location.warehouse_id or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", order.company_id.id)], limit=1
        )
        destination = order._get_customer_location()
        return {
            "isp_work_order_id": order.id,
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": order.partner_id.id,
            "origin": order.name,
            "location_id": location.id,
            "location_dest_id": destination.id,
            "user_id": False,
            "move_ids": [
                (0, 0, line._prepare_move_vals(location, destination))
                for line in self.line_ids
            ],
        }


class IspMaterialRequestLine(models.TransientModel):
    _name = "isp.material.request.line"
    _description = "Material Request Line"

    request_id = fields.Many2one(
        "isp.material.request", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product",
        "Item",
        required=True,
        domain="[('type', '=', 'consu'), ('is_internet_plan', '=', False)]",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    available = fields.Float(
        "In Stock",
        compute="_compute_available",
        digits="Product Unit",
        help="What is free at the source location.",
    )
    stock_note = fields.Char("Stock", compute="_compute_available")
    note = fields.Char()

    @api.depends("product_id", "quantity", "request_id.location_id")
    def _compute_available(self):
        for line in self:
            place = line.request_id.location_id._origin
            product = line.product_id.sudo().with_context(location=place.id)
            line.available = product.free_qty if place and product else 0
            short = line.quantity - line.available
            if not product.is_storable:
                line.stock_note = False
            elif short > 0:
                line.stock_note = self.env._(
                    "%(count)g in stock, %(short)g short",
                    count=line.available,
                    short=short,
                )
            else:
                line.stock_note = self.env._("%(count)g in stock", count=line.available)

    @api.constrains("quantity", "product_id")
    def _check_quantity(self):
        for line in self:
            most = MOST_DEVICES if line.product_id.tracking == "serial" else MOST
            if line.quantity > most:
                raise ValidationError(
                    self.env._(
                        "%(product)s: %(quantity)g is more than one visit needs "
                        "(%(most)d at most).",
                        product=line.product_id.display_name,
                        quantity=line.quantity,
                        most=most,
                    )
                )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "Ask for a quantity above zero."
    )

    @api.constrains("product_id")
    def _check_product_id(self):
        for product in self.product_id:
            if product.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%(product)s is not something a warehouse has.",
                        product=product.display_name,
                    )
                )

    def _prepare_move_vals(self, location, destination):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "description_picking_manual": self.note or False,
            "location_id": location.id,
            "location_dest_id": destination.id,
            "company_id": self.request_id.company_id.id,
        }
