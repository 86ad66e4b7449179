from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command


class IspRepairPart(models.Model):
    """Something that was replaced: what went in, from where, and what came back.

    The stock is moved when the technician is done with the visit.
    """

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
        check_company=True,
        domain="[('type', '=', 'consu'), ('is_internet_plan', '=', False)]",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    tracking = fields.Selection(related="product_id.tracking")
    location_id = fields.Many2one(
        "stock.location",
        "Taken from",
        required=True,
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial Number",
        check_company=True,
        domain="[('product_id', '=', product_id), "
        "('location_id', 'child_of', location_id)]",
    )
    is_returned = fields.Boolean("Old Part Back")
    returned_serial = fields.Char("Its Serial Number")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A part needs a quantity above zero."
    )

    @api.depends("work_order_id")
    def _compute_location_id(self):
        """The van of whoever writes it down; without one the stock of the POP."""
        locations = self.env["stock.location"].sudo()
        vans = locations.search([("isp_technician_id", "=", self.env.uid)])
        for part in self:
            company = part.company_id
            van = vans.filtered(lambda v, c=company: v.company_id == c)
            warehouse = self.env["stock.warehouse"].sudo()
            if not van and company:
                warehouse = warehouse.search([("company_id", "=", company.id)], limit=1)
            part.location_id = (
                van[:1]
                or part.work_order_id.sudo().pop_id.location_id
                or warehouse.lot_stock_id
            )

    @api.constrains("location_id", "product_id", "lot_id", "quantity")
    def _check_part(self):
        for part in self.sudo():
            if part.location_id.usage != "internal":
                raise ValidationError(
                    self.env._("A part comes from a van or from a warehouse.")
                )
            if part.product_id.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%(product)s is not something a warehouse has.",
                        product=part.product_id.display_name,
                    )
                )
            part._check_lot()

    def _check_lot(self):
        lot = self.lot_id
        if not lot:
            return
        if lot.product_id != self.product_id:
            raise ValidationError(
                self.env._(
                    "%(serial)s is not a serial number of %(product)s.",
                    serial=lot.name,
                    product=self.product_id.display_name,
                )
            )
        if self.tracking == "serial" and self.quantity != 1:
            raise ValidationError(
                self.env._("One serial number is one piece: add a line for each.")
            )

    @api.onchange("product_id", "location_id")
    def _onchange_product_id(self):
        if self.lot_id.product_id != self.product_id:
            self.lot_id = False

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_still_open()
        return parts

    def write(self, vals):
        """Refuse changes of parts on the visit of someone else, and moves to it."""
        self.check_access("write")
        self._check_still_open()
        result = super().write(vals)
        if "work_order_id" in vals:
            self.check_access("write")
            self._check_still_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        self._check_still_open()

    def _check_still_open(self):
        """What was moved in the stock is put right there.

        :raises ValidationError: unless all visits are going on
        """
        if any(part.sudo().work_order_id.state != "started" for part in self):
            raise ValidationError(
                self.env._(
                    "Parts are written down while the visit is going on. Afterwards "
                    "the warehouse puts them right in the inventory."
                )
            )

    def _get_missing_serials(self):
        """Return what is missing (list of str) before the parts can be moved."""
        missing = []
        for part in self.filtered(lambda part: part.tracking != "none"):
            product = part.product_id.display_name
            if not part.lot_id:
                missing.append(
                    self.env._("Serial number of the new %(part)s", part=product)
                )
            elif not part._is_in_stock():
                missing.append(
                    self.env._(
                        "%(serial)s is not in %(location)s: choose the place where it "
                        "was taken",
                        serial=part.lot_id.name,
                        location=part.location_id.display_name,
                    )
                )
            if part.is_returned and not part.returned_serial:
                missing.append(
                    self.env._("Serial number of the old %(part)s", part=product)
                )
        return missing

    def _is_in_stock(self):
        """Whether the lot is where it was taken from, by the books."""
        quants = self.lot_id.quant_ids.filtered(
            lambda quant: quant.location_id.parent_path.startswith(
                self.location_id.parent_path
            )
        )
        return sum(quants.mapped("quantity")) >= self.quantity

    # Moving

    def _transfer(self):
        """Move, in the stock, what these parts were: new ones to the customer, old
        ones to the faulty ones."""
        for (visit, location), parts in self.grouped(
            lambda part: (part.work_order_id, part.location_id)
        ).items():
            parts._move(visit, "out", location, visit._get_customer_location())
        returned = self.filtered("is_returned")
        for visit, parts in returned.grouped("work_order_id").items():
            faulty = visit.company_id._isp_get_faulty_location()
            parts._move(visit, "in", visit._get_customer_location(), faulty)

    def _move(self, visit, code, source, destination):
        """Make a transfer that is done.

        :param code: "out" (the new parts) or "in" (the old ones)
        """
        warehouse = source.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", visit.company_id.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "isp_work_order_id": visit.id,
                "picking_type_id": warehouse[f"{code}_type_id"].id,
                "partner_id": visit.partner_id.id,
                "origin": f"{visit.ticket_id.number} {visit.name}",
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_ids": [
                    Command.create(part._prepare_move_vals(code, source, destination))
                    for part in self
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._action_done()

    def _prepare_move_vals(self, code, source, destination):
        place = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }
        lot = self.lot_id if code == "out" else self._get_returned_lot()
        return {
            **place,
            "product_id": (lot.product_id or self.product_id).id,
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "move_line_ids": [
                Command.create(
                    {
                        **place,
                        "product_id": (lot.product_id or self.product_id).id,
                        "product_uom_id": self.uom_id.id,
                        "quantity": self.quantity,
                        "lot_id": lot.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _get_returned_lot(self):
        """Return the lot of the old part: that of the subscriber's equipment with this
        number, else one that is entered now, as older equipment is in no stock."""
        if self.tracking == "none":
            return self.env["stock.lot"]
        name = self.returned_serial.strip()
        equipment = self.work_order_id.service_id.equipment_ids
        known = equipment.filtered(lambda lot: lot.name == name)[:1]
        vals = {
            "name": name,
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
        }
        lots = self.env["stock.lot"]
        domain = [(field, "=", value) for field, value in vals.items()]
        return known or lots.search(domain, limit=1) or lots.create(vals)
