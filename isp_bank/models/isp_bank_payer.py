from odoo import api, fields, models

from .. import matching


class IspBankPayer(models.Model):
    """Under which account or name a subscriber has paid: learnt from a transfer that
    was his for certain, and forgotten with it."""

    _name = "isp.bank.payer"
    _description = "Known Payer"
    _order = "id desc"
    _rec_name = "value"

    kind = fields.Selection(
        [("account", "Bank account"), ("payer", "Name")], required=True, readonly=True
    )
    value = fields.Char("Account or Name", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Subscriber",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one(
        "account.bank.statement.line",
        "Transfer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)

    _known = models.UniqueIndex(
        "(line_id, kind)", "This was learnt from the transfer already."
    )
    _value_idx = models.Index("(company_id, value)")

    @api.model
    def _learn(self, line, partner):
        """Note from which account, and under which name, a transfer came."""
        payers = self.sudo()
        payers._forget(line)
        values = {
            "account": matching.squeeze(line.account_number),
            "payer": line._isp_get_payer(),
        }
        payers.create(
            [
                {
                    "kind": kind,
                    "value": value,
                    "partner_id": partner.commercial_partner_id.id,
                    "line_id": line.id,
                }
                for kind, value in values.items()
                if value
            ]
        )

    @api.model
    def _forget(self, lines):
        self.sudo().search([("line_id", "in", lines.ids)]).unlink()
