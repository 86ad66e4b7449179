from odoo import api, models


class ResPartnerBank(models.Model):
    """An account belongs to a card: who may change the one may change the other."""

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.partner_id._isp_check_may_change()
        return accounts

    def write(self, vals):
        self.partner_id._isp_check_may_change()
        result = super().write(vals)
        self.partner_id._isp_check_may_change()
        return result

    def unlink(self):
        self.partner_id._isp_check_may_change()
        return super().unlink()
