from odoo import api, fields, models

from .. import matching

UNSETTLED = ("waiting", "proposed", "unknown")


class AccountBankStatementLine(models.Model):
    """A transfer that came in, and whose money it is."""

    _inherit = "account.bank.statement.line"

    isp_match_state = fields.Selection(
        [
            ("waiting", "Being looked at"),
            ("matched", "Matched by itself"),
            ("accepted", "Matched by a person"),
            ("proposed", "Proposed"),
            ("unknown", "Unknown"),
        ],
        "Matching",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    isp_evidence = fields.Char("Evidence", readonly=True, copy=False)
    isp_match_problem = fields.Char("Problem", readonly=True, copy=False)
    isp_reason = fields.Char("Reason", compute="_compute_isp_reason")
    isp_candidate_ids = fields.One2many(
        "isp.transfer.candidate", "line_id", "Proposals", readonly=True
    )
    isp_candidate_id = fields.Many2one(
        "isp.transfer.candidate", "Proposal", compute="_compute_isp_candidate_id"
    )
    isp_proposed_partner_id = fields.Many2one(
        "res.partner", "Perhaps", compute="_compute_isp_candidate_id"
    )
    isp_confirmation_id = fields.Many2one(
        "isp.payment.confirmation",
        "Payment Confirmation",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.depends("isp_evidence", "isp_match_problem", "isp_candidate_ids.evidence")
    @api.depends_context("lang")
    def _compute_isp_reason(self):
        candidates = self.env["isp.transfer.candidate"]
        for line in self:
            evidence = line.isp_evidence
            if not evidence and line.isp_match_state in UNSETTLED:
                evidence = line.isp_candidate_ids[:1].evidence
            parts = (candidates._describe(evidence), line.isp_match_problem)
            line.isp_reason = ". ".join(part for part in parts if part)

    @api.depends("isp_candidate_ids", "is_reconciled")
    def _compute_isp_candidate_id(self):
        for line in self:
            candidate = line.isp_candidate_ids[:1]
            line.isp_candidate_id = candidate if not line.is_reconciled else False
            line.isp_proposed_partner_id = line.isp_candidate_id.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._isp_enqueue_matching()
        return lines

    def _isp_get_text(self):
        """Return all words that came with the transfer."""
        self.ensure_one()
        parts = (self.payment_ref, self.ref, self.partner_name, self.account_number)
        return " ".join(part for part in parts if part)

    def _isp_get_payer(self):
        """Return under which name it came, as it is compared; "": there is none."""
        self.ensure_one()
        name = " ".join(matching.get_words(self.partner_name))
        return name or matching.get_payer(self.payment_ref)

    def _isp_is_transfer(self):
        """Whether it is money that came in, in the currency of the books."""
        self.ensure_one()
        return (
            self.amount > 0
            and self.journal_id.type == "bank"
            and not self.foreign_currency_id
            and self.currency_id == self.company_id.currency_id
        )

    # OCA's own matching, by the amount alone, is for what goes out.

    def _auto_reconcile(self):
        transfers = self.filtered(lambda line: line._isp_is_transfer())
        return super(AccountBankStatementLine, self - transfers)._auto_reconcile()

    def _retrieve_partner(self):
        transfers = self.filtered(lambda line: line._isp_is_transfer())
        return super(AccountBankStatementLine, self - transfers)._retrieve_partner()
