from odoo import fields, models
from odoo.fields import Command

from ..const import LEDGER_GROUPS
from ..rating import spread


class IspBillingCredit(models.Model):
    """What a line of a credit note, or of an invoice, gave back of a period."""

    _name = "isp.billing.credit"
    _description = "Credit of a Billed Period"
    _rec_name = "period_id"

    period_id = fields.Many2one(
        "isp.billing.period", required=True, ondelete="cascade", index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Credited by",
        required=True,
        ondelete="cascade",
        index=True,
        groups=LEDGER_GROUPS,
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True)
    amount = fields.Float(digits=(16, 6), required=True)
    forgiven = fields.Boolean(help="As a favour: its days are not billed again.")

    def _prepare_part(self, amount, copied):
        """Return the commands by which a part of the period has its share of this.

        :param copied: for a copy of the period, else for itself
        """
        if not copied:
            return [Command.update(self.id, {"amount": amount})]
        if not amount:
            return []
        vals = {"move_line_id": self.move_line_id.id, "forgiven": self.forgiven}
        return [Command.create({**vals, "amount": amount})]

    def _record(self, amount, line):
        """What was released is given back with this amount, as it was posted.

        A difference of a unit is the rounding of the document, and no one's change.
        """
        if abs(amount - sum(self.mapped("amount"))) <= line.currency_id.rounding:
            return
        rooms = [credit.amount + credit.period_id._get_remaining() for credit in self]
        if not sum(rooms) or not 0 <= amount / sum(rooms) <= 1:
            self.period_id._refuse_more(line)
        for credit, share in zip(self, spread(amount, rooms), strict=True):
            credit.amount = share
