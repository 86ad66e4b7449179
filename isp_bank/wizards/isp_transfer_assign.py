from odoo import api, fields, models


class IspTransferAssign(models.TransientModel):
    """Whose money a transfer is, and which of his invoices it pays."""

    _name = "isp.transfer.assign"
    _description = "Whose Transfer It Is"

    line_id = fields.Many2one(
        "account.bank.statement.line", "Transfer", required=True, readonly=True
    )
    company_id = fields.Many2one(related="line_id.company_id")
    currency_id = fields.Many2one(related="line_id.currency_id")
    amount = fields.Monetary(related="line_id.amount")
    text = fields.Char("What the Bank Says", related="line_id.payment_ref")
    partner_id = fields.Many2one("res.partner", "Subscriber", required=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), "
        "('company_id', '=', company_id), "
        "('payment_state', 'in', ('not_paid', 'partial', 'in_payment')), "
        "('commercial_partner_id', '=', commercial_partner_id)]",
        help="What it pays first. Without any: his oldest ones. What is left stays as "
        "his credit.",
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.move_ids = False

    def action_apply(self):
        self.ensure_one()
        mine = self.move_ids.filtered(
            lambda move: move.commercial_partner_id == self.commercial_partner_id
        )
        self.line_id._isp_accept(self.partner_id.commercial_partner_id, mine)
        return {"type": "ir.actions.act_window_close"}
