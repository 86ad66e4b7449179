from odoo import api, fields, models


class IspRouterPin(models.TransientModel):
    """Asks whether the certificate that a router shows is the one of that router."""

    _name = "isp.router.pin"
    _description = "Pin a Certificate"

    router_id = fields.Many2one("isp.router", required=True, readonly=True)
    pinned = fields.Char(related="router_id.api_fingerprint", string="Pinned So Far")
    fingerprint = fields.Char("SHA-256", required=True, readonly=True)
    grouped = fields.Char("The Router Shows", compute="_compute_grouped")

    @api.depends("fingerprint")
    def _compute_grouped(self):
        """As RouterOS prints it, in groups to be read aloud."""
        for pin in self:
            text = pin.fingerprint or ""
            pin.grouped = " ".join(text[i : i + 8] for i in range(0, len(text), 8))

    def action_pin(self):
        self.ensure_one()
        self.router_id._check_may_use_api()
        self.router_id.api_tls = "pinned"
        self.router_id.sudo().api_fingerprint = self.fingerprint
        return {"type": "ir.actions.client", "tag": "soft_reload"}
