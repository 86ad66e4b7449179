from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.isp_billing.const import LEDGER_GROUPS

LEAST_DIGITS = 8


class ResPartner(models.Model):
    _inherit = "res.partner"

    isp_virtual_account = fields.Char(
        "Virtual Account",
        copy=False,
        groups=LEDGER_GROUPS,
        help="The number that the bank or payment provider has given to this "
        "subscriber alone. Whoever pays to it, it is his money.",
    )

    _isp_virtual_account_uniq = models.UniqueIndex(
        "(isp_virtual_account) WHERE isp_virtual_account IS NOT NULL",
        "Another subscriber has this virtual account.",
    )

    @api.constrains("isp_virtual_account")
    def _check_isp_virtual_account(self):
        for partner in self.sudo():
            number = partner.isp_virtual_account
            if number and (not number.isdigit() or len(number) < LEAST_DIGITS):
                raise ValidationError(
                    self.env._(
                        "A virtual account has at least %(count)s digits and nothing "
                        "else.",
                        count=LEAST_DIGITS,
                    )
                )
