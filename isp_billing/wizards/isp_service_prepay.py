from odoo import api, fields, models
from odoo.exceptions import UserError


class IspServicePrepay(models.TransientModel):
    """Bills months of a service at once, after a look at the invoice."""

    _name = "isp.service.prepay"
    _description = "Pay Months at Once"
    _inherit = ["isp.service.dialog.mixin"]

    offer_ids = fields.Many2many("isp.prepay.offer", compute="_compute_offer_ids")
    offer_id = fields.Many2one(
        "isp.prepay.offer",
        "Months",
        domain="[('id', 'in', offer_ids)]",
        default=lambda self: self._default_offer(),
    )
    open_move_id = fields.Many2one("account.move", compute="_compute_standing")
    obstacle = fields.Char(compute="_compute_standing")
    paid_until = fields.Date(compute="_compute_standing")
    preview = fields.Html("Invoice", readonly=True)

    @api.model
    def _default_offer(self):
        service = self._get_present()
        return service and service._get_prepay_offers()[:1]

    @api.depends("service_id")
    def _compute_offer_ids(self):
        for wizard in self:
            service = wizard.service_id
            wizard.offer_ids = service and service._get_prepay_offers()

    @api.depends("service_id")
    def _compute_standing(self):
        for wizard in self:
            service = wizard.service_id
            wizard.open_move_id = service and service._get_open_prepayment()
            wizard.obstacle = service and service.sudo()._get_prepay_obstacle()
            wizard.paid_until = service.sudo().paid_until

    @api.onchange("offer_id")
    def _onchange_offer_id(self):
        self.preview = False

    def action_preview(self):
        """Show the invoice, and make none."""
        self.ensure_one()
        offer = self._get_chosen()
        described = self.service_id._describe_prepayment(offer)
        self.preview = self.service_id._render_invoices(described["invoices"])
        return {**self.service_id.action_prepay(), "res_id": self.id}

    def action_apply(self):
        """Make the invoice and show it: there the payment is registered."""
        self.ensure_one()
        return self._show(self.service_id._prepay(self._get_chosen()))

    def _get_chosen(self):
        self.service_id._check_may_prepay()
        if not self.offer_id:
            raise UserError(self.env._("Choose how many months are paid."))
        return self.offer_id

    def action_show(self):
        self.ensure_one()
        return self._show(self.open_move_id)

    def action_withdraw(self):
        """Take back what was ordered before and not paid; then choose anew."""
        self.ensure_one()
        self.open_move_id.with_env(self.env).action_isp_withdraw()
        return self.service_id.action_prepay()

    def _show(self, move):
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
