from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    isp_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        "Repair Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    isp_visit_id = fields.Many2one(
        "isp.work.order",
        "Repair Visit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The visit that this invoice charges.",
    )
