from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from .isp_dunning import WAITING

MONEY = "isp_billing.money_to_use"  # in the data of cr.precommit: (company, partner)


class IspDunning(models.AbstractModel):
    """The money that subscribers have with us: what they paid on account, or too much,
    and what was credited and not paid back. The ledger alone knows of it."""

    _inherit = "isp.dunning"

    @api.model
    def _get_money_domain(self, partners, company):
        """Domain of the journal items that are money of these commercial partners, or
        money that they got back."""
        return Domain(
            [
                ("parent_state", "=", "posted"),
                ("company_id", "=", company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("move_id.move_type", "in", ["entry", "out_refund"]),
                ("partner_id.commercial_partner_id", "in", partners.ids),
            ]
        )

    @api.model
    def _get_credit(self, partners, company):
        """Return {commercial partner: what he has with us}, in the currency of the
        books; 0.0 for who has nothing. It counts whether it is used or not."""
        balances = defaultdict(float)
        if partners:
            lines = self.env["account.move.line"].sudo()
            for partner, balance in lines._read_group(
                self._get_money_domain(partners, company),
                ["partner_id"],
                ["amount_residual:sum"],
            ):
                balances[partner.commercial_partner_id] -= balance
        return {partner: max(balances[partner], 0.0) for partner in partners}

    @api.model
    def _get_payable_services(self, company):
        """Return the services of those who have overdue invoices and money that waits
        to be set against them, where that is done by itself."""
        services = self.env["isp.service"]
        if not company.isp_use_money:
            return services
        groups = self.env["account.move"]._read_group(
            self._get_overdue_domain(company), ["commercial_partner_id"]
        )
        partners = self.env["res.partner"].union(*(partner for (partner,) in groups))
        credit = self._get_credit(partners, company)
        rich = [partner.id for partner, amount in credit.items() if amount]
        return self._get_services_of(rich, company) if rich else services

    @api.model
    def _use_money(self, services):
        """Set what the partners of these services have with us against their open
        invoices, the oldest first, in the companies that want it."""
        for company, group in services.sudo().grouped("company_id").items():
            if company.isp_use_money:
                self._use_money_of(group.partner_id.commercial_partner_id, company)
        # What was paid by it is judged now: not once more.
        waiting = self.env.cr.precommit.data.get(WAITING, set())
        waiting.difference_update(services.ids)

    @api.model
    def _use_money_of(self, partners, company):
        money = self.env["account.move.line"].search(
            self._get_money_domain(partners, company)
        )
        if not money:
            return
        moves = self.env["account.move"].search(
            Domain(self.env["account.move"]._isp_get_open_domain())
            & Domain("company_id", "=", company.id)
            & Domain("commercial_partner_id", "in", partners.ids)
        )
        if not company.isp_use_money_for_others:
            moves = moves.filtered(lambda move: move._isp_is_ours())
        debts = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        debts = debts.grouped(self._get_pot)
        for pot, lines in money.grouped(self._get_pot).items():
            self._match(lines)  # what was paid back is no money any more
            if pot in debts:
                self._match(lines.filtered(self._is_credit) | debts[pot])

    @api.model
    def _get_pot(self, line):
        """What the lines have in common that Odoo sets against each other."""
        return line.partner_id.commercial_partner_id, line.account_id, line.currency_id

    @api.model
    def _is_credit(self, line):
        return not line.reconciled and line.amount_residual < 0

    @api.model
    def _match(self, lines):
        """Reconcile what is open of these lines, when some of it is on either side."""
        lines = lines.filtered(lambda line: not line.reconciled)
        signs = {line.amount_residual < 0 for line in lines}
        if len(signs) == 2:
            lines.reconcile()

    # Money that arrives, and goes

    @api.model
    def _note_money(self, pairs, gone=False):
        """Have the money of these partners used before the transaction commits: when
        all is reconciled that a person, or a wizard, has chosen.

        :param pairs: {(company, commercial partner)}
        :param gone: judge their services even when there is no money left
        """
        precommit = self.env.cr.precommit
        if MONEY not in precommit.data:
            precommit.add(self.env(su=True)[self._name]._use_noted_money)
        noted = precommit.data.setdefault(MONEY, {})
        for company, partner in pairs:
            key = company.id, partner.id
            noted[key] = noted.get(key) or gone

    @api.model
    def _use_noted_money(self):
        noted = self.env.cr.precommit.data.pop(MONEY)
        companies, partners = self.env["res.company"], self.env["res.partner"]
        ids_of = defaultdict(list)
        for company_id, partner_id in noted:
            ids_of[company_id].append(partner_id)
        for company_id, ids in ids_of.items():
            company = companies.browse(company_id)
            credit = self._get_credit(partners.browse(ids).exists(), company)
            concerned = [
                partner.id
                for partner, amount in credit.items()
                if amount or noted[company_id, partner.id]
            ]
            if services := self._get_services_of(concerned, company):
                self._judge_or_ask(services, use_money=True)

    @api.model
    def _get_services_of(self, partner_ids, company):
        return self.env["isp.service"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", partner_ids),
                ("state", "in", ["active", "terminated"]),
            ]
        )
