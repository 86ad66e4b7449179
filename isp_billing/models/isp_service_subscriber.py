from odoo import models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .isp_service_balance import OPEN_PAYMENTS

INVOICES_TOLD = 5


class IspService(models.Model):
    """What a subscriber owes, told by a message."""

    _inherit = "isp.service"

    def _describe_line_for_subscriber(self):
        lines = super()._describe_line_for_subscriber()
        if self.waits_for_payment:
            lines.append(
                self.env._("Answer BILL to see what is open and where to pay it.")
            )
        return lines

    def _describe_dues_for_subscriber(self):
        lines = super()._describe_dues_for_subscriber()
        moves = self._get_moves_to_tell()
        if not moves:
            return [*lines, self.env._("Nothing is open. Thank you!")]
        for currency, open_moves in moves.grouped("currency_id").items():
            amount = sum(open_moves.mapped("amount_residual"))
            lines.append(
                self.env._(
                    "Open: %(amount)s", amount=format_amount(self.env, amount, currency)
                )
            )
        lines += [self._describe_move_for_subscriber(m) for m in moves[:INVOICES_TOLD]]
        if len(moves) > INVOICES_TOLD:
            more = len(moves) - INVOICES_TOLD
            lines.append(self.env._("And %(count)d more invoices.", count=more))
        return lines

    def _describe_move_for_subscriber(self, move):
        text = self.env._(
            "%(number)s: %(amount)s, due %(day)s",
            number=move.name,
            amount=format_amount(self.env, move.amount_residual, move.currency_id),
            day=format_date(self.env, move.invoice_date_due),
        )
        return f"{text}\n{move.get_base_url()}{move.get_portal_url()}"

    def _get_moves_to_tell(self):
        """Return the open invoices of who holds these services: those made out to him,
        and those of the services that his company pays."""
        holders = self.partner_id
        of_services = Domain(
            "invoice_line_ids.isp_service_id", "in", self.ids
        ) & Domain("commercial_partner_id", "in", holders.commercial_partner_id.ids)
        return self.env["account.move"].search(
            (Domain("partner_id", "in", holders.ids) | of_services)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", OPEN_PAYMENTS)
            & Domain("company_id", "in", self.company_id.ids),
            order="invoice_date_due, id",
        )
