from odoo import api, models


class IspDunning(models.AbstractModel):
    _inherit = "isp.dunning"

    @api.model
    def _note_money(self, pairs, gone=False):
        """Whose money or debts have changed has another amount to transfer."""
        self.env["isp.unique.amount"]._note(pairs)
        return super()._note_money(pairs, gone)
