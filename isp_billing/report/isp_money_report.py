from odoo import api, fields, models
from odoo.tools import SQL


class IspMoneyReport(models.Model):
    """One row for each posted journal item on an account that holds money: those of the
    bank and cash journals, and those on which payments wait for their statement. So
    the sums are the ledger's, whoever booked it and however."""

    _name = "isp.money.report"
    _description = "Money Analysis"
    _auto = False
    _rec_name = "move_id"
    _order = "date desc, id desc"
    _depends = {
        "account.move": ["state", "create_uid"],
        "account.move.line": [
            *("account_id", "balance", "company_id", "date", "journal_id"),
            *("move_id", "parent_state", "partner_id", "payment_id"),
        ],
        "account.journal": ["default_account_id", "type"],
        "account.payment": ["outstanding_account_id", "payment_transaction_id"],
        "account.payment.method.line": ["journal_id", "payment_account_id"],
    }

    date = fields.Date(readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one("account.journal", readonly=True)
    account_id = fields.Many2one("account.account", "Ledger Account", readonly=True)
    partner_id = fields.Many2one("res.partner", "From or To", readonly=True)
    user_id = fields.Many2one("res.users", "Booked By", readonly=True)
    way = fields.Selection(
        [("cash", "Cash"), ("bank", "Bank"), ("online", "Online")], readonly=True
    )
    kind = fields.Selection(
        [
            ("customer", "From customers"),
            ("supplier", "To suppliers"),
            ("moved", "Moved between accounts"),
            ("other", "Other"),
        ],
        readonly=True,
    )
    money_in = fields.Monetary("In", readonly=True)
    money_out = fields.Monetary("Out", readonly=True)
    amount = fields.Monetary("In less Out", readonly=True)

    @property
    def _table_query(self):
        """An account is that of the journal that books on it by default: what leaves a
        bag for a drawer is the bag's, though the drawer's journal has the entry."""
        return SQL(
            """
            WITH waiting AS (
                SELECT outstanding_account_id AS account_id FROM account_payment
                WHERE outstanding_account_id IS NOT NULL
                UNION SELECT payment_account_id FROM account_payment_method_line
                WHERE payment_account_id IS NOT NULL AND journal_id IS NOT NULL
            ), holder AS (
                SELECT default_account_id AS account_id, min(id) AS journal_id
                FROM account_journal WHERE type IN ('bank', 'cash', 'credit')
                    AND default_account_id IS NOT NULL
                GROUP BY default_account_id
            ), money AS (
                SELECT account_id FROM waiting UNION SELECT account_id FROM holder
            ), kind AS (
                SELECT l.move_id,
                    CASE WHEN bool_or(a.account_type = 'asset_receivable')
                        THEN 'customer'
                    WHEN bool_or(a.account_type = 'liability_payable') THEN 'supplier'
                    WHEN bool_and(o.account_id IS NOT NULL) THEN 'moved'
                    ELSE 'other' END AS kind
                FROM account_move_line l
                JOIN account_account a ON a.id = l.account_id
                LEFT JOIN money o ON o.account_id = l.account_id
                WHERE l.parent_state = 'posted' AND l.move_id IN (
                    SELECT move_id FROM account_move_line
                    WHERE account_id IN (SELECT account_id FROM money))
                GROUP BY l.move_id
            )
            SELECT l.id, l.date, l.move_id, l.company_id, l.account_id, l.partner_id,
                journal.id AS journal_id, m.create_uid AS user_id, kind.kind,
                CASE %(ways)s ELSE 'bank' END AS way,
                greatest(l.balance, 0) AS money_in,
                greatest(-l.balance, 0) AS money_out, l.balance AS amount
            FROM account_move_line l
            JOIN money ON money.account_id = l.account_id
            JOIN account_move m ON m.id = l.move_id
            JOIN kind ON kind.move_id = l.move_id
            JOIN account_journal booked ON booked.id = l.journal_id
            LEFT JOIN holder ON holder.account_id = l.account_id
            JOIN account_journal journal ON journal.id = CASE
                WHEN booked.default_account_id = l.account_id THEN booked.id
                ELSE COALESCE(holder.journal_id, booked.id) END
            LEFT JOIN account_payment payment ON payment.id = l.payment_id
            WHERE l.parent_state = 'posted'""",
            ways=SQL(" ").join(self._get_ways()),
        )

    @api.model
    def _get_ways(self) -> list[SQL]:
        """Seam: how each way is told, `WHEN … THEN 'way'`, the first that holds; of
        the tables `journal` and `payment`."""
        return [
            SQL("WHEN payment.payment_transaction_id IS NOT NULL THEN 'online'"),
            SQL("WHEN journal.type = 'cash' THEN 'cash'"),
        ]
