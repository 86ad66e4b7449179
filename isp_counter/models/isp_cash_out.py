from odoo import api, fields, models
from odoo.exceptions import UserError

LONGEST = 200  # characters of what it is for


class IspCashOut(models.Model):
    """Cash that leaves a drawer: to the bank, to a safe, or for an expense."""

    _name = "isp.cash.out"
    _inherit = "isp.drawer.page.mixin"
    _description = "Cash Taken Out of a Drawer"
    _order = "id desc"
    _check_company_auto = True
    _page = "isp_counter.isp_cash_out_report"

    name = fields.Char("Number", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_id = fields.Many2one(
        "isp.drawer.session", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Cashier", required=True, readonly=True)
    date = fields.Datetime("Taken Out On", required=True, readonly=True)
    kind = fields.Selection(
        [("bank", "To the bank"), ("safe", "To the safe"), ("expense", "Expense")],
        required=True,
        readonly=True,
    )
    journal_id = fields.Many2one(
        "account.journal", "Bank or Safe", readonly=True, check_company=True
    )
    words = fields.Char("What For", readonly=True)
    amount = fields.Monetary(readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This was taken out already."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "What is taken out is more than nothing."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was taken out is not deleted."))

    @api.model
    def _take(self, session, key, amount, vals):
        """Take cash out of a session's drawer, and book it.

        The caller has checked who asks, and claimed the key.

        :param session: isp.drawer.session in sudo, open and locked
        :param amount: float, or None: none was given
        :param vals: kind, journal_id (id) and words
        :raises UserError: when it is more than there is, or what is needed is missing
        """
        words = str(vals["words"] or "").strip()[:LONGEST]
        self._check(session, amount, {**vals, "words": words})
        sequence = self.env["ir.sequence"].sudo().with_company(session.company_id)
        out = self.sudo().create(
            {
                **vals,
                "words": words,
                "name": sequence.next_by_code("isp.cash.out"),
                "key": key,
                "amount": amount,
                "company_id": session.company_id.id,
                "session_id": session.id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
            }
        )
        out.move_id = out._book()
        return out

    @api.model
    def _check(self, session, amount, vals):
        if not amount:
            raise UserError(self.env._("Write down what is taken out."))
        currency = session.currency_id
        if currency.compare_amounts(amount, session.amount_expected) > 0:
            raise UserError(
                self.env._(
                    "There is %(amount)s in the drawer, not more.",
                    amount=currency.format(session.amount_expected),
                )
            )
        if vals["kind"] == "expense" and not vals["words"]:
            raise UserError(self.env._("Write down what it is for."))
        if vals["kind"] != "expense" and not vals["journal_id"]:
            raise UserError(self.env._("Choose where it goes."))

    def _get_account(self):
        """Return the account on which it arrives. What is on its way to a bank waits
        on the company's account of transfers, until the bank's statement says so.

        :raises UserError: when none is named
        """
        drawer = self.session_id.journal_id
        account = {
            "bank": self.company_id.transfer_account_id,
            "safe": self.journal_id.default_account_id,
            "expense": drawer.isp_expense_account_id,
        }[self.kind]
        if not account:
            raise UserError(
                self.env._(
                    "No account is named for what is taken out of %(drawer)s: an "
                    "accountant sets it.",
                    drawer=drawer.name,
                )
            )
        return account

    def _book(self):
        """Return the entry: out of the drawer, to where it goes."""
        drawer, label = self.session_id.journal_id, f"{self.name} {self._describe()}"
        return drawer._isp_book_entry(
            self._get_account(), drawer.default_account_id, self.amount, label
        )

    def _describe(self):
        """Return where it went and what for, in words."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        place = self.sudo().journal_id.name
        return " · ".join(filter(None, [kinds[self.kind], place, self.words]))
