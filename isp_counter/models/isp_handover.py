from odoo import api, fields, models
from odoo.exceptions import UserError


class IspHandover(models.Model):
    """What a collector has handed over to a cashier, counted. What is missing stays in
    his bag by the books: he owes it."""

    _name = "isp.handover"
    _description = "Money Handed Over by a Collector"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_id = fields.Many2one(
        "isp.drawer.session", required=True, readonly=True, index=True
    )
    journal_id = fields.Many2one("account.journal", "Bag", required=True, readonly=True)
    collector_id = fields.Many2one("res.users", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Cashier", required=True, readonly=True)
    date = fields.Datetime("Counted On", required=True, readonly=True)
    amount_expected = fields.Monetary("In the Bag", readonly=True)
    amount = fields.Monetary("Counted", readonly=True)
    difference = fields.Monetary(
        readonly=True, help="Below zero it is missing: the collector owes it."
    )
    move_id = fields.Many2one("account.move", "Entry", readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This was handed over already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was handed over is not deleted."))

    @api.model
    def _take(self, session, bag, amount, key):
        """Put what a collector brings into the drawer of a session.

        The caller has checked who counts, and claimed the key.

        :param session: isp.drawer.session in sudo, open and locked
        :param bag: account.journal in sudo
        """
        sequence = self.env["ir.sequence"].sudo().with_company(session.company_id)
        expected = bag._isp_get_balance()
        handover = self.sudo().create(
            {
                "name": sequence.next_by_code("isp.handover"),
                "key": key,
                "company_id": session.company_id.id,
                "session_id": session.id,
                "journal_id": bag.id,
                "collector_id": bag.isp_collector_id.id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "amount_expected": expected,
                "amount": amount,
                "difference": session.currency_id.round(amount - expected),
            }
        )
        handover.move_id = handover._book()
        return handover

    def _book(self):
        """Return the entry: out of the bag, into the drawer."""
        drawer = self.session_id.journal_id
        return drawer._isp_book_entry(
            drawer.default_account_id,
            self.journal_id.default_account_id,
            self.amount,
            f"{self.name} {self.collector_id.name}",
            self.collector_id.partner_id,
        )
