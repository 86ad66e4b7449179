from odoo import Command, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.isp_base.locks import lock_or_retry
from odoo.addons.isp_billing.models.isp_payment_confirmation import CHECK_ACTIVITY

from .. import matching


class AccountBankStatementLine(models.Model):
    """Booking a transfer against what its payer owes, and taking that back."""

    _inherit = "account.bank.statement.line"

    def _isp_get_items(self, partner):
        """Return the open journal items (account.move.line) that its money may settle:
        a payment that was registered and is on its way to this account, then what he
        owes, the oldest first."""
        self.ensure_one()
        items = self.env["account.move.line"].sudo()
        mine = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", self.company_id.currency_id.id),
            ]
        )
        under_way = Domain(
            [
                ("payment_id.journal_id", "=", self.journal_id.id),
                ("payment_id.payment_type", "=", "inbound"),
                ("account_id.account_type", "=", "asset_current"),
                ("account_id.reconcile", "=", True),
                ("amount_residual", "=", self.amount),
            ]
        )
        owed = Domain(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("move_id.move_type", "=", "out_invoice"),
                ("amount_residual", ">", 0),
            ]
        )
        return items.search(mine & under_way, order="id", limit=1) + items.search(
            mine & owed, order="date_maturity, id"
        )

    def _isp_get_unique_row(self):
        rows = self.env["isp.unique.amount"].sudo()
        return rows.search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("amount", "=", self.amount),
                ("state", "!=", "free"),
            ]
        )

    def _isp_get_unique_part(self):
        """Return what its unique amount adds to the debt that it is of."""
        row = self._isp_get_unique_row()
        return row.amount - row.debt

    # Booking

    def _isp_book(self, partner, kinds=(), moves=None):
        """Book it as money of this partner: it pays what he owes, the oldest first;
        what is left stays as his credit.

        :param kinds: what points to him, of matching.py
        :param moves: account.move that it pays before all others
        :raises UserError: when it is booked already, or the books are closed
        """
        self.ensure_one()
        lock_or_retry(self)
        if self.is_reconciled:
            raise UserError(self.env._("This transfer is booked already."))
        line = self.sudo().with_company(self.company_id)
        partner = partner.sudo().commercial_partner_id
        items = line._isp_sort_items(line._isp_get_items(partner), kinds, moves)
        rounding = line._isp_get_rounding(kinds)
        parts, paid = line._isp_share_out(items, partner, line.amount - rounding)
        entries = line._isp_write_entries(partner, parts, rounding)
        for entry in entries.filtered(lambda entry: entry.account_id in paid):
            (entry | paid[entry.account_id]).reconcile()
        line._isp_accept_confirmation(items.move_id)

    def _isp_sort_items(self, items, kinds, moves):
        """Return first what the transfer itself says that it pays."""
        named = moves or self.env["account.move"]
        if not moves and matching.NUMBER in kinds:
            numbers = matching.get_numbers(self._isp_get_text())
            named = items.move_id.filtered(
                lambda move: matching.squeeze(move.name) in numbers
            )
        if not named and matching.UNIQUE not in kinds:
            named = items.filtered(lambda i: i.amount_residual == self.amount)[
                :1
            ].move_id
        first = items.filtered(lambda item: item.payment_id or item.move_id in named)
        return first + (items - first)

    def _isp_get_rounding(self, kinds):
        company = self.company_id
        if matching.UNIQUE in kinds and company.isp_unique_difference == "account":
            return self._isp_get_unique_part()
        return 0.0

    def _isp_share_out(self, items, partner, amount):
        """Return ({account: amount}, {account: the items that it pays})."""
        parts, paid = {}, {}
        for item in items:
            part = min(amount, item.amount_residual)
            if self.currency_id.compare_amounts(part, 0) <= 0:
                break
            account = item.account_id
            parts[account] = parts.get(account, 0.0) + part
            paid[account] = paid.get(account, item.browse()) | item
            amount = self.currency_id.round(amount - part)
        if self.currency_id.compare_amounts(amount, 0) > 0:
            account = partner.property_account_receivable_id
            parts[account] = parts.get(account, 0.0) + amount
        return parts, paid

    def _isp_write_entries(self, partner, parts, rounding):
        """Put the counterparts into the place of the suspense account; return those
        that settle something."""
        liquidity, suspense, other = self._seek_for_lines()
        values = [
            {
                "account_id": account.id,
                "partner_id": partner.id,
                "name": self.payment_ref,
                "balance": -amount,
                "amount_currency": -amount,
                "currency_id": self.currency_id.id,
            }
            for account, amount in parts.items()
        ]
        if rounding:
            account = self.company_id.isp_unique_account_id
            values.append(
                {
                    **values[0],
                    "account_id": account.id,
                    "name": self.env._("Unique amount"),
                    "balance": -rounding,
                    "amount_currency": -rounding,
                }
            )
        kept = suspense[:1] if len(values) == 1 else suspense.browse()
        known = self.line_ids - kept
        # OCA would propose anew what is booked here.
        line = self.with_context(
            force_delete=True,
            skip_readonly_check=True,
            skip_account_move_synchronization=True,
        )
        line.move_id.partner_id = partner
        line.write(
            {
                "partner_id": partner.id,
                "line_ids": [
                    Command.update(liquidity.id, {"partner_id": partner.id}),
                    *(Command.update(item.id, values[0]) for item in kept),
                    *(Command.delete(item.id) for item in suspense - kept + other),
                    *(Command.create(vals) for vals in values[len(kept) :]),
                ],
            }
        )
        return (self.line_ids - known).filtered("account_id.reconcile")

    def _isp_accept_confirmation(self, moves):
        """Who said that he has paid this need not be asked about any more."""
        confirmation = (
            self.env["isp.payment.confirmation"]
            .sudo()
            .search(
                [
                    ("move_id", "in", moves.ids),
                    ("state", "=", "submitted"),
                    ("journal_id", "=", self.journal_id.id),
                    ("amount", "=", self.amount),
                ],
                limit=1,
            )
        )
        if confirmation:
            confirmation._decide("accepted")
            self.isp_confirmation_id = confirmation

    # What a person decides

    def action_isp_accept(self):
        """Book these transfers as they are proposed."""
        self.check_access("write")
        for line in self:
            if not line.isp_candidate_id:
                raise UserError(
                    self.env._("Nobody is proposed for this transfer: choose somebody.")
                )
            line._isp_accept(line.isp_candidate_id.partner_id)
        return True

    def _isp_accept(self, partner, moves=None):
        """Book it as a person has decided, and remember from where it came.

        :raises AccessError: for anyone but those who keep the bank's books
        """
        self.ensure_one()
        self.check_access("write")
        candidates = self.sudo().isp_candidate_ids
        chosen = candidates.filtered(lambda c: c.partner_id == partner)
        kinds = set((chosen.evidence or "").split(","))
        self._isp_book(partner, kinds, moves)
        self._isp_note("accepted", evidence=chosen.evidence)
        self.env["isp.bank.payer"]._learn(self, partner)

    def action_isp_assign(self):
        """Choose whose money it is, and which of his invoices it pays."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_bank.isp_transfer_assign_action"
        )
        action["context"] = {
            "default_line_id": self.id,
            "default_partner_id": self.isp_proposed_partner_id.id,
        }
        return action

    def action_isp_undo(self):
        """Take the booking back: what it paid is open again."""
        self.check_access("write")
        lock_or_retry(self)
        for line in self:
            if not line.is_reconciled:
                raise UserError(self.env._("This transfer is not booked."))
        self.sudo().action_undo_reconciliation()
        return True

    def action_undo_reconciliation(self):
        result = super().action_undo_reconciliation()
        ours = self.filtered("isp_match_state")
        self.env["isp.bank.payer"]._forget(ours)
        for line in ours.sudo():
            line._isp_reopen_confirmation()
            line.partner_id = False
            line._isp_note(
                "proposed" if line.isp_candidate_ids else "unknown",
                problem=self.env._("It was booked, and that was taken back"),
            )
        return result

    def _isp_reopen_confirmation(self):
        confirmation = self.isp_confirmation_id
        if confirmation.state == "accepted" and not confirmation.payment_id:
            confirmation.write(
                {"state": "submitted", "decided_by_id": False, "date_decided": False}
            )
            confirmation._close_question(CHECK_ACTIVITY)
            confirmation._ask_to_check()
        self.isp_confirmation_id = False

    def reconcile_bank_line(self):
        """Who reconciles it by hand on OCA's page has decided too."""
        result = super().reconcile_bank_line()
        for line in self.filtered("isp_match_state"):
            line._isp_note("accepted")
            items = line.line_ids.filtered(
                lambda item: item.account_id.account_type == "asset_receivable"
            )
            if partner := items.partner_id.commercial_partner_id[:1]:
                self.env["isp.bank.payer"]._learn(line, partner)
        return result
