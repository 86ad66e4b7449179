from odoo import models

DUTY, ABOVE = 10_000.0, 5_000_000.0  # Law 10 of 2020


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _isp_get_stamp_duty(self):
        if self.company_id.country_code != "ID" or self.currency_id.name != "IDR":
            return super()._isp_get_stamp_duty()
        return DUTY if self.amount > ABOVE else 0.0
