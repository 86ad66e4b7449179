from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    """What a dialog holds is its opener's: a list that is being imported, a text that
    is being written. Odoo lets everybody who may open one read and change all."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if self.env.su or not (model._transient and model._log_access):
            return domain
        own = Domain("create_uid", "=", self.env.uid)
        return (domain & own).optimize(model)
