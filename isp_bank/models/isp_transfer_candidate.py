from odoo import api, fields, models

from .. import matching


class IspTransferCandidate(models.Model):
    """Somebody whose money a transfer may be, and what points to him."""

    _name = "isp.transfer.candidate"
    _description = "Proposal for a Transfer"
    _order = "line_id, sequence, id"
    _rec_name = "partner_id"

    line_id = fields.Many2one(
        "account.bank.statement.line",
        "Transfer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Subscriber", required=True, readonly=True, ondelete="cascade"
    )
    evidence = fields.Char(readonly=True)
    reason = fields.Char(compute="_compute_reason")
    amount_open = fields.Monetary("Owes Now", compute="_compute_amount_open")
    is_reconciled = fields.Boolean(related="line_id.is_reconciled")

    _once = models.UniqueIndex(
        "(line_id, partner_id)", "He is proposed for this transfer already."
    )

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_reason(self):
        for candidate in self:
            candidate.reason = self._describe(candidate.evidence)

    def _compute_amount_open(self):
        for candidate in self:
            items = candidate.line_id._isp_get_items(candidate.partner_id)
            candidate.amount_open = sum(items.mapped("amount_residual"))

    @api.model
    def _describe(self, evidence):
        """Return in words what points to somebody."""
        words = {
            matching.UNIQUE: self.env._("his unique amount"),
            matching.VIRTUAL: self.env._("his virtual account"),
            matching.NUMBER: self.env._("number of his service or invoice"),
            matching.ACCOUNT: self.env._("he has paid from this account"),
            matching.PAYER: self.env._("he has paid under this name"),
            matching.CONFIRMED: self.env._("he says that he has paid it"),
            matching.AMOUNT: self.env._("owes exactly this"),
            matching.ALONE: self.env._("nobody else does"),
            matching.SLIP: self.env._("this is nearly his unique amount"),
            matching.NAME: self.env._("his name"),
        }
        kinds = (evidence or "").split(",")
        return ", ".join(words[kind] for kind in matching.KINDS if kind in kinds)

    def action_accept(self):
        """It is his: book it, and remember from where he pays."""
        self.ensure_one()
        self.line_id._isp_accept(self.partner_id)
        return True
