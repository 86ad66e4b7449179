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
        index="btree_not_null",
        help="The visit that this invoice charges.",
    )

    def _isp_is_ours(self):
        return super()._isp_is_ours() or bool(self.isp_ticket_id)

    def action_isp_view_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return self.isp_ticket_id._isp_open_form(self.isp_ticket_id)
