from odoo import fields, models
from odoo.exceptions import UserError

METHODS = {
    "isp.service": {"_terminate", "_cancel", "_cancel_relocation"},
    "isp.work.order": {"_cancel"},
}


class IspReason(models.TransientModel):
    """Asks why, then calls one of METHODS of the records with the answer."""

    _name = "isp.reason"
    _description = "Reason"

    method = fields.Char(required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        model = self.env.context.get("active_model")
        if self.method not in self._get_methods().get(model, ()):
            raise UserError(self.env._("Open this from the record's own button."))
        records = self.env[model].browse(self.env.context.get("active_ids", []))
        getattr(records, self.method)(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _get_methods(self):
        """Return {model: names of the methods that take a reason}."""
        return METHODS
