from odoo import api, fields, models
from odoo.exceptions import UserError


class IspEquipmentSettle(models.TransientModel):
    """Asks of each device of an ended service what has become of it."""

    _name = "isp.equipment.settle"
    _description = "Equipment to Get Back"

    service_id = fields.Many2one("isp.service", required=True, readonly=True)
    company_id = fields.Many2one(related="service_id.company_id", related_sudo=False)
    user_is_admin = fields.Boolean(related="service_id.user_is_admin")
    line_ids = fields.One2many(
        "isp.equipment.settle.line",
        "wizard_id",
        "Devices",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("service_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                fields.Command.create({"lot_id": lot.id})
                for lot in wizard.service_id.equipment_ids
            ]

    def action_apply(self):
        self.ensure_one()
        rows = [
            self._prepare_row(line) for line in self.line_ids if line.outcome != "open"
        ]
        if not rows:
            raise UserError(self.env._("Say of one device at least what became of it."))
        self.service_id._settle_equipment(rows)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_row(self, line):
        """Return the dict of a device as ``isp.service._settle_equipment`` takes it."""
        return {"lot": line.lot_id, "outcome": line.outcome, "reason": line.reason}


class IspEquipmentSettleLine(models.TransientModel):
    _name = "isp.equipment.settle.line"
    _description = "Device to Get Back"

    wizard_id = fields.Many2one(
        "isp.equipment.settle", required=True, ondelete="cascade"
    )
    lot_id = fields.Many2one("stock.lot", "Serial Number", required=True, readonly=True)
    product_id = fields.Many2one(related="lot_id.product_id")
    outcome = fields.Selection(
        [
            ("open", "Not yet"),
            ("back", "Back"),
            ("written_off", "Missing: write it off"),
        ],
        required=True,
        default="open",
    )
    reason = fields.Char()
