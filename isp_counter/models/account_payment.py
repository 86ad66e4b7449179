from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    isp_taking_id = fields.Many2one(
        "isp.taking",
        "Receipt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
