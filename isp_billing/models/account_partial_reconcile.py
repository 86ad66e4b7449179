from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Whatever pays an invoice, or takes a payment back, passes here."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._isp_get_moves()._isp_judge_dues()
        return partials

    def unlink(self):
        moves = self._isp_get_moves()
        result = super().unlink()
        moves.exists()._isp_judge_dues()
        return result

    def _isp_get_moves(self):
        return (self.debit_move_id | self.credit_move_id).move_id
