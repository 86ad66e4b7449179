from odoo import fields, models


class IspServiceTransfer(models.TransientModel):
    """Asks who takes a running service over."""

    _name = "isp.service.transfer"
    _description = "Change the Holder of a Service"
    _inherit = ["isp.service.dialog.mixin"]

    former_id = fields.Many2one(
        related="service_id.partner_id", string="Present Holder", related_sudo=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        "New Holder",
        required=True,
        domain="[('id', '!=', former_id), ('company_id', 'in', [False, company_id])]",
    )
    new_password = fields.Boolean(
        help="The former holder knows the present one. The router of the subscriber "
        "must be given the new one."
    )

    def action_apply(self):
        self.ensure_one()
        self.service_id._transfer(
            self.partner_id, new_password=self.new_password, **self._get_terms()
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_terms(self):
        """Return the terms (dict) of `isp.service._transfer` that addons ask for."""
        return {}
