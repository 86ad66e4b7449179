from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .. import matching


class IspTransferMatcher(models.AbstractModel):
    """What points to somebody in transfers: for a batch of one account, in a number of
    queries that does not grow with it."""

    _name = "isp.transfer.matcher"
    _description = "Finds Who Has Transferred"

    @api.model
    def _find(self, lines):
        """Return {line: {commercial partner: set of kinds of matching.py}}.

        :param lines: account.bank.statement.line in sudo, of one journal
        """
        found = {line: defaultdict(set) for line in lines}
        self._find_unique(lines, found)
        self._find_numbers(lines, found)
        self._find_payers(lines, found)
        self._find_confirmed(lines, found)
        self._find_amounts(lines, found)
        self._find_names(lines, found)
        self._find_slips(lines, found)
        for line, partners in found.items():
            for partner, kinds in partners.items():
                if matching.agrees(partner.name, line._isp_get_text()):
                    kinds.add(matching.NAME)
        return found

    @api.model
    def _find_unique(self, lines, found):
        rows = self.env["isp.unique.amount"].search(
            [
                ("journal_id", "=", lines.journal_id.id),
                ("amount", "in", lines.mapped("amount")),
                ("state", "!=", "free"),
            ]
        )
        partners = {row.amount: row.partner_id for row in rows}
        for line in lines:
            if partner := partners.get(line.amount):
                found[line][partner].add(matching.UNIQUE)

    @api.model
    def _find_numbers(self, lines, found):
        numbers = {line: matching.get_numbers(line._isp_get_text()) for line in lines}
        every = sorted(set().union(*numbers.values()))
        partners = defaultdict(lambda: self.env["res.partner"])
        for number, partner_id in self._search_numbers(lines.company_id, every):
            partners[number] |= self.env["res.partner"].browse(partner_id)
        virtual = self.env["res.partner"].search([("isp_virtual_account", "in", every)])
        accounts = virtual.grouped("isp_virtual_account")
        for line in lines:
            for number in numbers[line]:
                for partner in partners.get(number, ()):
                    found[line][partner.commercial_partner_id].add(matching.NUMBER)
                if number in accounts:
                    partner = accounts[number].commercial_partner_id
                    found[line][partner].add(matching.VIRTUAL)

    @api.model
    def _search_numbers(self, company, numbers):
        """Return [(squeezed number, partner id)] of the services and invoices that have
        one of these numbers."""
        if not numbers:
            return []
        return self.env.execute_query(
            SQL(
                """
                SELECT squeezed, partner_id FROM (
                    SELECT regexp_replace(upper(name), '[^A-Z0-9]', '', 'g') squeezed,
                        commercial_partner_id partner_id
                    FROM account_move
                    WHERE company_id = %(company)s AND move_type = 'out_invoice'
                        AND state = 'posted'
                    UNION
                    SELECT regexp_replace(upper(payment_reference), '[^A-Z0-9]', '',
                        'g'), commercial_partner_id
                    FROM account_move
                    WHERE company_id = %(company)s AND move_type = 'out_invoice'
                        AND state = 'posted' AND payment_reference IS NOT NULL
                    UNION
                    SELECT regexp_replace(upper(name), '[^A-Z0-9]', '', 'g'), partner_id
                    FROM isp_service
                    WHERE company_id = %(company)s AND partner_id IS NOT NULL
                ) numbered WHERE squeezed = ANY(%(numbers)s)
                """,
                company=company.id,
                numbers=numbers,
            )
        )

    @api.model
    def _find_payers(self, lines, found):
        values = {
            line: {
                matching.ACCOUNT: matching.squeeze(line.account_number),
                matching.PAYER: line._isp_get_payer(),
            }
            for line in lines
        }
        every = {value for kinds in values.values() for value in kinds.values()}
        payers = self.env["isp.bank.payer"].search(
            [
                ("company_id", "=", lines.company_id.id),
                ("value", "in", sorted(every - {""})),
            ]
        )
        known = payers.grouped(lambda payer: (payer.kind, payer.value))
        for line, kinds in values.items():
            for kind, value in kinds.items():
                for payer in known.get((kind, value), ()):
                    if payer.line_id != line:
                        found[line][payer.partner_id].add(kind)

    @api.model
    def _find_confirmed(self, lines, found):
        confirmations = self.env["isp.payment.confirmation"].search(
            [
                ("state", "=", "submitted"),
                ("journal_id", "=", lines.journal_id.id),
                ("amount", "in", lines.mapped("amount")),
            ]
        )
        said = confirmations.grouped("amount")
        for line in lines:
            for confirmation in said.get(line.amount, ()):
                partner = confirmation.partner_id.commercial_partner_id
                found[line][partner].add(matching.CONFIRMED)

    @api.model
    def _find_amounts(self, lines, found):
        """Note who owes exactly what came: an invoice, the oldest ones, or all; or of
        whom such a payment is registered and on its way."""
        owing = defaultdict(lambda: self.env["res.partner"])
        for amount, partner_id in self._search_amounts(lines):
            owing[float(amount)] |= self.env["res.partner"].browse(partner_id)
        for line in lines:
            partners = owing.get(line.amount, self.env["res.partner"])
            for partner in partners:
                found[line][partner].add(matching.AMOUNT)
                if len(partners) == 1:
                    found[line][partner].add(matching.ALONE)

    @api.model
    def _find_names(self, lines, found):
        """Take subscribers along whose name is all that the bank says of the payer."""
        payers = {line: line._isp_get_payer() for line in lines}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT upper(p.name), p.commercial_partner_id
                FROM res_partner p
                JOIN isp_service s ON s.partner_id = p.id
                WHERE s.company_id = %(company)s AND upper(p.name) = ANY(%(names)s)
                """,
                company=lines.company_id.id,
                names=sorted({payer for payer in payers.values() if payer}),
            )
        )
        partners = self.env["res.partner"]
        for name, partner_id in rows:
            for line, payer in payers.items():
                if payer == name:
                    found[line][partners.browse(partner_id)].add(matching.NAME)

    @api.model
    def _find_slips(self, lines, found):
        """Note whom a text names who was told nearly this amount: who errs by a figure
        may hit the unique amount of another one."""
        slips = {line: matching.get_slips(line.amount) for line in lines}
        rows = self.env["isp.unique.amount"].search(
            [
                ("journal_id", "=", lines.journal_id.id),
                ("amount", "in", sorted(set().union(*slips.values()))),
                ("state", "!=", "free"),
            ]
        )
        partners = {row.amount: row.partner_id for row in rows}
        for line in lines:
            text = line._isp_get_text()
            for amount in slips[line] & partners.keys():
                if matching.agrees(partners[amount].name, text):
                    found[line][partners[amount]].add(matching.SLIP)

    @api.model
    def _search_amounts(self, lines):
        """Return [(amount, commercial partner id)] of those who owe one of the amounts
        of these lines."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                WITH items AS (
                    SELECT p.commercial_partner_id partner_id, l.amount_residual,
                        sum(l.amount_residual) OVER (
                            PARTITION BY p.commercial_partner_id
                            ORDER BY l.date_maturity, l.id) upto
                    FROM account_move_line l
                    JOIN account_move m ON m.id = l.move_id
                    JOIN account_account a ON a.id = l.account_id
                    JOIN res_partner p ON p.id = l.partner_id
                    WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                        AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
                        AND a.account_type = 'asset_receivable'
                        AND m.move_type = 'out_invoice'
                )
                SELECT amount_residual, partner_id FROM items
                WHERE amount_residual = ANY(%(amounts)s::numeric[])
                UNION
                SELECT upto, partner_id FROM items
                WHERE upto = ANY(%(amounts)s::numeric[])
                UNION
                SELECT l.amount_residual, p.commercial_partner_id
                FROM account_move_line l
                JOIN account_payment y ON y.id = l.payment_id
                JOIN account_account a ON a.id = l.account_id
                JOIN res_partner p ON p.id = l.partner_id
                WHERE y.journal_id = %(journal)s AND y.payment_type = 'inbound'
                    AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                    AND a.account_type = 'asset_current' AND a.reconcile
                    AND l.amount_residual = ANY(%(amounts)s::numeric[])
                """,
                company=lines.company_id.id,
                journal=lines.journal_id.id,
                amounts=sorted(set(lines.mapped("amount"))),
            )
        )
