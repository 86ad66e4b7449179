from odoo import api, fields, models
from odoo.fields import Domain

NOTED = "isp_bank.debts"  # in the data of cr.precommit: {(company, partner)}


class IspUniqueAmount(models.Model):
    """What a subscriber is to transfer to a bank account, so that one sees who paid.

    It is of all that he owes. When that changes he gets another one, and the former
    is kept for some days: a transfer of it is under way perhaps. The database sees to
    it that no two subscribers have the same one.
    """

    _name = "isp.unique.amount"
    _description = "Unique Amount"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Subscriber",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Bank Account",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="journal_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt = fields.Monetary("Owed", readonly=True)
    amount = fields.Monetary("To Transfer", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("free", "Free")],
        "Status",
        required=True,
        readonly=True,
        default="open",
    )
    valid_until = fields.Date("Kept Until", readonly=True)

    _taken = models.UniqueIndex(
        "(journal_id, amount) WHERE state != 'free'",
        "Another subscriber has this amount.",
    )
    _one_open = models.UniqueIndex(
        "(journal_id, partner_id) WHERE state = 'open'",
        "This subscriber has an amount to transfer to this account already.",
    )

    # What changes a debt

    @api.model
    def _note(self, pairs):
        """Have the amounts of these subscribers follow what they owe, before the
        transaction commits.

        :param pairs: {(company, commercial partner)}
        """
        precommit = self.env.cr.precommit
        if pairs and NOTED not in precommit.data:
            precommit.data[NOTED] = set()
            precommit.add(self.env(su=True)[self._name]._refresh_noted)
        if pairs:
            precommit.data[NOTED] |= {(c.id, partner.id) for c, partner in pairs}

    @api.model
    def _refresh_noted(self):
        noted = self.env.cr.precommit.data.pop(NOTED, set())
        companies, partners = self.env["res.company"], self.env["res.partner"]
        for company in companies.browse(sorted({pair[0] for pair in noted})):
            ids = [partner for company_id, partner in noted if company_id == company.id]
            self._refresh(company, partners.browse(sorted(ids)).exists())

    @api.model
    def _refresh(self, company, partners):
        """Give these commercial partners the amount of what they owe now."""
        journals = self._get_journals(company)
        if not journals or not partners:
            return
        debts = self._get_debts(company, partners)
        rows = self.sudo().search(
            [
                ("journal_id", "in", journals.ids),
                ("partner_id", "in", partners.ids),
                ("state", "!=", "free"),
            ]
        )
        valid = rows.filtered(
            lambda row: row.debt == debts.get(row.partner_id) or row.state == "kept"
        )
        (rows - valid)._keep()
        for journal in journals:
            kept = valid.filtered(lambda row, j=journal: row.journal_id == j)
            self._refresh_of(journal, debts, kept)

    @api.model
    def _refresh_of(self, journal, debts, rows):
        """:param rows: those of the journal that are still of somebody"""
        having = rows.filtered(lambda row: row.state == "open").partner_id
        wanted = {p: debt for p, debt in debts.items() if debt and p not in having}
        again = self.browse()
        for partner, debt in wanted.items():
            again |= rows.filtered(
                lambda row, p=partner, d=debt: row.partner_id == p and row.debt == d
            )[:1]
        again.write({"state": "open", "valid_until": False})
        for partner in again.partner_id:
            del wanted[partner]
        self._take(journal, wanted)

    def _keep(self):
        """These are what nobody is told any more, and nobody else gets yet."""
        for company, rows in self.sudo().grouped("company_id").items():
            until = fields.Date.add(
                company._get_isp_today(), days=company.isp_unique_days
            )
            rows.write({"state": "kept", "valid_until": until})
        self.flush_recordset()

    @api.model
    def _get_journals(self, company):
        journals = self.env["account.journal"].sudo()
        return journals.search(
            [
                ("isp_unique_amounts", "=", True),
                ("type", "=", "bank"),
                ("company_id", "=", company.id),
                ("currency_id", "in", [False, company.currency_id.id]),
            ]
        )

    @api.model
    def _get_debts(self, company, partners=None):
        """Return {commercial partner: what he owes by open invoices}."""
        moves = self.env["account.move"].sudo()
        domain = Domain(moves._isp_get_open_domain()) & Domain(
            [
                ("company_id", "=", company.id),
                ("currency_id", "=", company.currency_id.id),
            ]
        )
        if partners is not None:
            domain &= Domain("commercial_partner_id", "in", partners.ids)
        groups = moves.search(domain).grouped("commercial_partner_id")
        return {
            partner: company.currency_id.round(
                sum(move._isp_get_debt() for move in group)
            )
            for partner, group in groups.items()
        }

    # What is told

    @api.model
    def _get_amounts(self, company, partner):
        """Return {journal: amount} that this commercial partner is to transfer now."""
        if self.env.cr.precommit.data.get(NOTED):
            self.sudo()._refresh_noted()
        rows = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("journal_id", "in", self._get_journals(company).ids),
                ("state", "=", "open"),
            ]
        )
        return {row.journal_id: row.amount for row in rows}

    @api.model
    def _cron_tidy(self):
        """Free what was kept long enough, and give an amount to who has none yet."""
        taken = self.search([("state", "!=", "free")])
        switched_on = self.env["account.journal"].search(
            [("isp_unique_amounts", "=", True)]
        )
        for company in taken.company_id | switched_on.company_id:
            journals = self._get_journals(company)
            rows = taken.filtered(lambda row, c=company: row.company_id == c)
            rows.filtered(
                lambda row, j=journals: row.state == "open" and row.journal_id not in j
            )._keep()
            today = company._get_isp_today()
            rows.filtered(
                lambda row, day=today: row.state == "kept" and row.valid_until < day
            ).write({"state": "free"})
            if journals:
                partners = self.env["res.partner"].union(*self._get_debts(company))
                self._refresh(company, partners)
