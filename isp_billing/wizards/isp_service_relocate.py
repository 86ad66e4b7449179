from odoo import api, fields, models


class IspServiceRelocate(models.TransientModel):
    """Shows what a move costs."""

    _inherit = "isp.service.relocate"

    currency_id = fields.Many2one(related="service_id.currency_id")
    fee = fields.Monetary(help="On the next invoice after the move. 0: it is free.")
    preview = fields.Html("Next Invoice", readonly=True)

    _fee_positive = models.Constraint(
        "CHECK (fee >= 0)", "The fee of a move cannot be negative."
    )

    @api.onchange("fee")
    def _onchange_fee(self):
        self.preview = False

    def _get_terms(self):
        return {**super()._get_terms(), "fee": self.fee}

    def action_preview(self):
        self.ensure_one()
        self.service_id._check_service_admin()
        self.preview = self.service_id._render_next_invoice(self._foresee)
        action = self.service_id._open_wizard("isp_base.isp_service_relocate_action")
        return {**action, "res_id": self.id}

    def _foresee(self, service):
        """Do what is previewed, see isp.service._render_next_invoice."""
        if self.fee:
            service._charge_relocation(self.fee)
