from odoo import api, models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _isp_drop_sen(self):
        """Make the Rupiah one without decimals, as invoices in Indonesia are; not in
        books that have entries with decimals already."""
        rupiah = self.env.ref("base.IDR")
        used = self.env["account.move.line"].search_count(
            [("currency_id", "=", rupiah.id)], limit=1
        )
        if not used:
            rupiah.rounding = 1.0
