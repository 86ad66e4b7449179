from odoo import api, fields, models
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
    is_lost = fields.Boolean(compute="_compute_is_lost")
    lost_reason_id = fields.Many2one(
        "isp.lost.reason", "Why", help="Counted in the analysis of registrations."
    )
    reason = fields.Char()

    @api.depends("method")
    @api.depends_context("active_model")
    def _compute_is_lost(self):
        model = self.env.context.get("active_model")
        for reason in self:
            reason.is_lost = (model, reason.method) == ("isp.service", "_cancel")

    def action_apply(self):
        self.ensure_one()
        model = self.env.context.get("active_model")
        if self.method not in self._get_methods().get(model, ()):
            raise UserError(self.env._("Open this from the record's own button."))
        records = self.env[model].browse(self.env.context.get("active_ids", []))
        getattr(records, self.method)(*self._get_answer())
        return {"type": "ir.actions.act_window_close"}

    def _get_answer(self):
        """Return what the method is given: the words, and of a registration that is
        lost under which reason it is counted. One of both is enough then.

        :raises UserError: when there is neither
        """
        words = (self.reason or "").strip()
        listed = self.lost_reason_id if self.is_lost else self.lost_reason_id.browse()
        if not words and not listed:
            raise UserError(self.env._("Please give the reason."))
        if not self.is_lost:
            return (words,)
        return ": ".join(filter(None, [listed.name, words])), listed

    def _get_methods(self):
        """Return {model: names of the methods that take a reason}."""
        return METHODS
