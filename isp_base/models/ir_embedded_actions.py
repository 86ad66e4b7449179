from odoo import models


class IrEmbeddedActions(models.Model):
    _inherit = "ir.embedded.actions"

    def write(self, vals):
        """Who may not share a button does not give his own to all either."""
        result = super().write(vals)
        self.check_access("write")
        return result
