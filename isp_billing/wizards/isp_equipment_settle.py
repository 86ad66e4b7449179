from odoo import api, fields, models


class IspEquipmentSettle(models.TransientModel):
    """What is missing may be charged."""

    _inherit = "isp.equipment.settle"

    currency_id = fields.Many2one(related="service_id.currency_id")

    def _prepare_row(self, line):
        return {**super()._prepare_row(line), "amount": line.amount}


class IspEquipmentSettleLine(models.TransientModel):
    _inherit = "isp.equipment.settle.line"

    outcome = fields.Selection(
        selection_add=[
            ("back",),
            ("charged", "Missing: charge it"),
            ("written_off",),
        ],
        ondelete={"charged": "cascade"},
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    amount = fields.Monetary("Charged")

    @api.onchange("outcome")
    def _onchange_outcome(self):
        if self.outcome == "charged" and not self.amount:
            self.amount = self.product_id.list_price
