from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    """A cash journal may be a drawer at the counter."""

    _inherit = "account.journal"

    isp_is_drawer = fields.Boolean(
        "Drawer at the Counter",
        help="Cashiers open it, count what is in it and take money into it.",
    )
    isp_receipt_paper = fields.Selection(
        [("roll", "Roll (80 mm)"), ("sheet", "Sheet (A5)")],
        "Paper of Receipts",
        default="roll",
        help="On what the printer beside this drawer prints.",
    )

    isp_expense_account_id = fields.Many2one(
        "account.account",
        "Account of Expenses",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', "
        "'expense_direct_cost'))]",
        help="What a cashier spends out of this drawer is booked here; empty: he "
        "spends nothing.",
    )
    isp_collector_id = fields.Many2one(
        "res.users",
        "Bag of",
        index="btree_not_null",
        ondelete="restrict",
        help="A collector: what he takes is here until he hands it over.",
    )

    _isp_one_bag = models.UniqueIndex(
        "(isp_collector_id, company_id) WHERE isp_collector_id IS NOT NULL",
        "This collector has a bag already.",
    )

    def _isp_get_balance(self):
        """Return what is in a drawer or bag by the books."""
        self.ensure_one()
        lines = self.env["account.move.line"].sudo()
        ((balance,),) = lines._read_group(
            [
                ("account_id", "=", self.default_account_id.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ],
            aggregates=["balance:sum"],
        )
        return balance or 0.0

    @api.constrains("isp_is_drawer", "isp_collector_id", "type", "default_account_id")
    def _check_isp_bag(self):
        for journal in self.filtered("isp_collector_id"):
            if journal.type != "cash" or journal.isp_is_drawer:
                raise ValidationError(
                    self.env._(
                        "%(journal)s: the bag of a collector is a cash journal of its "
                        "own, and no drawer.",
                        journal=journal.name,
                    )
                )

    @api.constrains("isp_is_drawer", "type", "currency_id")
    def _check_isp_is_drawer(self):
        for journal in self:
            if journal.isp_is_drawer and journal.type != "cash":
                raise ValidationError(
                    self.env._("%(journal)s is no cash journal.", journal=journal.name)
                )
            currency = journal.currency_id
            if journal.isp_is_drawer and currency not in (
                currency.browse(),
                journal.company_id.currency_id,
            ):
                raise ValidationError(
                    self.env._(
                        "%(journal)s is not in the currency of the company.",
                        journal=journal.name,
                    )
                )

    def _isp_get_difference_account(self, amount):
        """Return the account that takes what was counted too much or too little."""
        self.ensure_one()
        company = self.company_id
        if amount > 0:
            return (
                self.profit_account_id
                or company.default_cash_difference_income_account_id
            )
        return (
            self.loss_account_id or company.default_cash_difference_expense_account_id
        )

    def _isp_book_entry(self, to, origin, amount, label, partner=None):
        """Return a posted entry of this journal.

        :param to: account.account that gets the amount, and `origin` that gives it
        :param amount: float; below zero it goes the other way
        :param partner: res.partner whose money it is, if somebody's
        """
        self.ensure_one()
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.id,
                "company_id": self.company_id.id,
                "date": self.company_id._get_isp_today(),
                "ref": label,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "name": label,
                            "partner_id": partner and partner.id,
                        }
                    )
                    for account, balance in ((to, amount), (origin, -amount))
                ],
            }
        )
        move.action_post()
        return move
