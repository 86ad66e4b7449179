from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.isp_base.locks import lock_or_retry

from ..amounts import read_amount

CASHIER = "isp_counter.isp_counter_group_cashier"
MANAGER = "isp_base.isp_base_group_manager"


class IspDrawerSession(models.Model):
    """From the opening count of a cash drawer to the closing count: one person, one
    drawer. What is taken meanwhile belongs to it; once closed it stays as it is."""

    _name = "isp.drawer.session"
    _inherit = "isp.drawer.page.mixin"
    _description = "Session of a Cash Drawer"
    _order = "id desc"
    _check_company_auto = True
    _page = "isp_counter.isp_drawer_session_report"

    name = fields.Char("Number", required=True, readonly=True, copy=False)
    journal_id = fields.Many2one(
        "account.journal", "Drawer", required=True, readonly=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Cashier", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    date_opened = fields.Datetime("Opened On", required=True, readonly=True)
    date_closed = fields.Datetime("Closed On", readonly=True)
    date_last = fields.Datetime("Last Taken On", readonly=True)
    opening_amount = fields.Monetary("Opening Count", readonly=True)
    cash_taken = fields.Monetary(
        compute="_compute_amounts", help="In cash, with what collectors handed over."
    )
    amount_expected = fields.Monetary(
        "Expected",
        compute="_compute_amounts",
        help="The opening count and cash taken, less what was taken out.",
    )
    opening_difference = fields.Monetary(
        readonly=True, help="From what was in the drawer when it was closed last."
    )
    opening_reason = fields.Char("Reason at Opening", readonly=True)
    opening_move_id = fields.Many2one("account.move", "Entry at Opening", readonly=True)
    cash_out = fields.Monetary(
        "Taken Out", compute="_compute_amounts", help="To a bank, a safe or spent."
    )
    cash_out_ids = fields.One2many("isp.cash.out", "session_id", readonly=True)
    closing_balance = fields.Monetary(
        "Books at Closing",
        readonly=True,
        help="What was in the drawer by the books, with the difference.",
    )
    closing_expected = fields.Monetary("Expected at Closing", readonly=True)
    closing_amount = fields.Monetary("Closing Count", readonly=True)
    difference = fields.Monetary(readonly=True)
    difference_reason = fields.Char("Reason of the Difference", readonly=True)
    difference_move_id = fields.Many2one(
        "account.move", "Entry of the Difference", readonly=True
    )
    taking_ids = fields.One2many("isp.taking", "session_id", readonly=True)
    handover_ids = fields.One2many("isp.handover", "session_id", readonly=True)
    ways = fields.Text("Taken by Way", compute="_compute_amounts")

    _one_open_drawer = models.UniqueIndex(
        "(journal_id) WHERE state = 'open'", "This drawer is open already."
    )
    _one_open_person = models.UniqueIndex(
        "(user_id, company_id) WHERE state = 'open'", "You have a drawer open already."
    )

    @api.depends(
        "taking_ids.state",
        "handover_ids.amount",
        "cash_out_ids.amount",
        "opening_amount",
        "state",
        "closing_expected",
    )
    def _compute_amounts(self):
        """Who sees the session sees its sums, not the payments."""
        for session, rows in self._read_ways().items():
            drawer = session.journal_id.id
            cash = sum(a for journal, _n, a in rows if journal.id == drawer)
            cash += sum(session.sudo().handover_ids.mapped("amount"))
            session.cash_taken = cash
            session.cash_out = sum(session.sudo().cash_out_ids.mapped("amount"))
            is_open = session.state == "open"
            now = session.opening_amount + cash - session.cash_out
            session.amount_expected = now if is_open else session.closing_expected
            session.ways = session._describe_ways(rows)

    def _describe_ways(self, rows):
        money = self.currency_id.format
        handed, out = self.sudo().handover_ids, self.sudo().cash_out_ids
        return "\n".join(
            [
                *(f"{j.name}: {money(amount)} ({count})" for j, count, amount in rows),
                *(f"{h.collector_id.name}: {money(h.amount)}" for h in handed),
                *(f"{o._describe()}: {money(-o.amount)}" for o in out),
            ]
        )

    def _read_ways(self):
        """Return what was taken, {session: [(journal in sudo, number, sum)]}, each way
        of a session once, cash first."""
        for name in ("account.payment", "isp.taking"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT t.session_id, p.journal_id, count(*), sum(p.amount)
                    FROM account_payment p JOIN isp_taking t ON t.id = p.isp_taking_id
                    WHERE t.session_id = ANY(%s) AND t.state = 'taken'
                    GROUP BY t.session_id, p.journal_id""",
                self.ids,
            )
        )
        journals = self.env["account.journal"].sudo().browse(row[1] for row in rows)
        found = defaultdict(list)
        for (session_id, _id, count, amount), journal in zip(
            rows, journals, strict=True
        ):
            found[session_id].append((journal, count, float(amount)))
        return {
            session: sorted(
                found[session.id],
                key=lambda row, s=session: (row[0].id != s.journal_id.id, row[0].name),
            )
            for session in self
        }

    def _get_ways(self):
        """Return what was taken in this session, [(journal, number, sum)]."""
        self.ensure_one()
        return self._read_ways()[self]

    def write(self, vals):
        """What was counted and signed off stays, whoever writes."""
        if any(session.state == "closed" for session in self):
            raise UserError(self.env._("A closed session stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A session of a drawer is not deleted."))

    # Opening and closing

    @api.model
    def _check_cashier(self):
        """:raises AccessError: for anyone but cashiers"""
        if not self.env.user.has_group(CASHIER):
            raise AccessError(self.env._("The counter is for cashiers."))

    @api.model
    def _get_own(self):
        """Return the user's open session in his company, or none."""
        return self.search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
            ]
        )

    @api.model
    def _get_drawers(self):
        """Return the drawers (account.journal in sudo) of the user's company."""
        journals = self.env["account.journal"].sudo()
        company = self.env.company
        return journals.search(
            [("isp_is_drawer", "=", True), ("company_id", "=", company.id)]
        )

    @api.model
    def _open(self, journal_id, amount, reason=""):
        """Open a drawer for the user, with what he has counted in it; what it differs
        from the last closing is booked.

        :param reason: of a difference; it cannot be missing then
        :raises UserError: when somebody has it open, he has another one, or no reason
            is given
        """
        self._check_cashier()
        drawer = self._get_drawers().filtered(lambda j: j.id == journal_id)
        if not drawer:
            raise UserError(self.env._("Choose a drawer."))
        amount = self._read_count(amount)
        lock_or_retry(drawer)
        taken = self.sudo().search(
            [
                ("state", "=", "open"),
                ("company_id", "=", drawer.company_id.id),
                "|",
                ("journal_id", "=", drawer.id),
                ("user_id", "=", self.env.uid),
            ],
            limit=1,
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(drawer)s is open: %(who)s has it.",
                    drawer=taken.journal_id.name,
                    who=taken.user_id.name,
                )
            )
        difference, reason = self._check_opening(drawer, amount, (reason or "").strip())
        sequence = self.env["ir.sequence"].sudo().with_company(drawer.company_id)
        session = self.sudo().create(
            {
                "name": sequence.next_by_code("isp.drawer.session"),
                "journal_id": drawer.id,
                "company_id": drawer.company_id.id,
                "user_id": self.env.uid,
                "opening_amount": amount,
                "opening_difference": difference,
                "opening_reason": reason,
                "date_opened": fields.Datetime.now(),
            }
        )
        session.opening_move_id = session._book_difference(difference, reason)
        return session

    @api.model
    def _check_opening(self, drawer, amount, reason):
        """Return (difference, reason) of what was counted in a drawer.

        :raises UserError: when there is a difference, and no reason
        """
        last, currency = self._get_last(drawer), drawer.company_id.currency_id
        expected = self._get_expected(drawer)
        difference = currency.round(amount - expected) if last else 0.0
        if not difference:
            return 0.0, False
        if not reason:
            raise UserError(
                self.env._(
                    "%(counted)s counted, %(expected)s was left by %(who)s "
                    "(%(session)s): say why.",
                    counted=currency.format(amount),
                    expected=currency.format(expected),
                    who=last.user_id.name,
                    session=last.name,
                )
            )
        return difference, reason

    @api.model
    def _read_count(self, amount):
        """Return what was counted (float).

        :raises UserError: when it is no amount
        """
        amount = read_amount(amount)
        if amount is None:
            raise UserError(self.env._("Write down what is in the drawer."))
        return amount

    def _get_last(self, drawer):
        """Return the session (in sudo) in which a drawer was closed last, or none."""
        domain = [("journal_id", "=", drawer.id), ("state", "=", "closed")]
        return self.sudo().search(domain, limit=1)

    def _get_expected(self, drawer):
        """Return what must be in a closed drawer: what was counted when it was closed
        last, and what accountants have booked since."""
        last = self._get_last(drawer)
        if not last:
            return 0.0
        since = drawer._isp_get_balance() - last.closing_balance
        return drawer.company_id.currency_id.round(last.closing_amount + since)

    def _close(self, amount, reason):
        """Close the drawer with what was counted in it; a difference is booked.

        :param reason: of a difference; it cannot be missing then
        :raises UserError: when it is closed, or no reason is given
        """
        self.ensure_one()
        self._check_may_close()
        lock_or_retry(self)
        session = self.sudo()
        if session.state != "open":
            raise UserError(self.env._("This drawer is closed already."))
        expected, amount = session.amount_expected, self._read_count(amount)
        currency = session.currency_id
        difference = currency.round(amount - expected)
        reason = (reason or "").strip()
        if not currency.is_zero(difference) and not reason:
            raise UserError(
                self.env._(
                    "%(counted)s counted, %(expected)s expected: say why.",
                    counted=currency.format(amount),
                    expected=currency.format(expected),
                )
            )
        move = session._book_difference(difference, reason)
        session.write(
            {
                "state": "closed",
                "date_closed": fields.Datetime.now(),
                "closing_amount": amount,
                "closing_expected": expected,
                "closing_balance": session.journal_id._isp_get_balance(),
                "difference": difference,
                "difference_reason": reason,
                "difference_move_id": move.id,
            }
        )

    def _check_may_close(self):
        """:raises AccessError: for anyone but who opened it, and managers"""
        self._check_cashier()
        is_own = self.sudo().user_id == self.env.user
        if not is_own and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("This is the drawer of somebody else."))

    def _book_difference(self, difference, reason):
        """Return the entry (account.move) of what was counted too much or too little;
        none where nothing is."""
        if self.currency_id.is_zero(difference):
            return self.env["account.move"]
        drawer = self.journal_id
        account = drawer._isp_get_difference_account(difference)
        if not account:
            raise UserError(
                self.env._(
                    "No account is named for differences of %(drawer)s: an accountant "
                    "sets it on the journal.",
                    drawer=drawer.name,
                )
            )
        label = self.env._("%(session)s: %(reason)s", session=self.name, reason=reason)
        return drawer._isp_book_entry(
            drawer.default_account_id, account, difference, label
        )
