from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..rating import fill

SHEET = "isp_billing.isp_receipt_report"
ROLL = "isp_billing.isp_receipt_roll_report"
# What stands on a receipt
TOLD_FIELDS = frozenset(
    {
        *("amount", "company_id", "currency_id", "date", "journal_id", "name"),
        *("partner_id", "partner_type", "payment_type"),
    }
)


class AccountPayment(models.Model):
    """The receipt that an office hands out, and sends."""

    _name = "account.payment"
    _inherit = ["account.payment", "isp.notice.mixin"]

    isp_has_receipt = fields.Boolean(
        "Has a Receipt", compute="_compute_isp_has_receipt"
    )
    isp_receipt_number = fields.Char(
        "Number on the Receipt", compute="_compute_isp_receipt"
    )
    isp_receipt_amount = fields.Monetary(
        "Amount on the Receipt", compute="_compute_isp_receipt"
    )
    isp_receipt_date = fields.Datetime("Receipt Given On", readonly=True, copy=False)

    def _compute_isp_has_receipt(self):
        for payment in self:
            payment.isp_has_receipt = (
                payment.payment_type == "inbound"
                and payment.partner_type == "customer"
                and payment.state in ("in_process", "paid")
            )

    @api.depends("name", "amount")
    def _compute_isp_receipt(self):
        for payment in self:
            payments = payment._isp_get_receipt_payments()
            payment.isp_receipt_number = payment._isp_get_receipt_number()
            payment.isp_receipt_amount = sum(payments.mapped("amount"))

    def _isp_get_receipt_payments(self) -> models.Model:
        """Seam: the payments (account.payment) that are on one receipt with these."""
        return self

    def _isp_get_receipt_number(self) -> str:
        """Seam: the number of the receipt of a payment."""
        self.ensure_one()
        return self.name

    def _isp_tells_receipt(self) -> bool:
        """Seam: whether the receipt is sent as soon as the payment is confirmed, where
        the company sends receipts."""
        self.ensure_one()
        return True

    def write(self, vals):
        """Who paid has the receipt: what stands on it stays."""
        if not self.env.su:
            self._isp_check_kept(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_isp_receipt(self):
        self._isp_check_no_receipt()

    def _isp_check_kept(self, vals):
        if TOLD_FIELDS & vals.keys():
            self._isp_check_no_receipt()

    def _isp_check_no_receipt(self):
        """:raises UserError: when a receipt was given for one of these payments"""
        for payment in self.filtered("isp_receipt_date"):
            raise UserError(
                self.env._(
                    "The customer has a receipt of %(payment)s. Cancel it and make a "
                    "new one.",
                    payment=payment.display_name,
                )
            )

    def _isp_note_receipt(self):
        new = self.sudo().filtered(lambda payment: not payment.isp_receipt_date)
        new.isp_receipt_date = fields.Datetime.now()

    def action_post(self):
        result = super().action_post()
        sent = self.filtered(
            lambda payment: (
                payment.company_id.isp_send_receipts
                and payment.isp_has_receipt
                and payment._isp_tells_receipt()
                and payment.sudo().partner_id.isp_service_ids
            )
        )
        sent._notify_subscriber("receipt")
        return result

    def _get_notice_text(self, event):
        """A phone gets no attachment, of which the e-mail speaks."""
        if event != "receipt":
            return super()._get_notice_text(event)
        return self.env._(
            "Dear %(name)s, we have received %(amount)s. Thank you. Receipt "
            "%(number)s. %(company)s",
            name=self.partner_id.name,
            amount=format_amount(self.env, self.isp_receipt_amount, self.currency_id),
            number=self.isp_receipt_number,
            company=self.company_id.name,
        )

    def action_isp_print_receipt(self):
        self._isp_check_receipt()
        return self.env.ref(SHEET).report_action(self.ids, config=False)

    def action_isp_print_roll(self):
        self._isp_check_receipt()
        return self.env.ref(ROLL).report_action(self.ids, config=False)

    def action_isp_send_receipt(self):
        """Send it as the notice "receipt" says: by e-mail, or what else there is."""
        self._isp_check_receipt()
        self.check_access("write")
        for payment in self:
            if not payment._get_notice_email():
                raise UserError(
                    self.env._(
                        "%(customer)s has no e-mail address.",
                        customer=payment.partner_id.display_name,
                    )
                )
        self._notify_subscriber("receipt")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The receipt is sent."),
            },
        }

    def _isp_check_receipt(self):
        """:raises UserError: when there is a payment that nobody has received"""
        if not all(payment.isp_has_receipt for payment in self):
            raise UserError(
                self.env._(
                    "A receipt is for what a customer has paid: confirm it first."
                )
            )

    def _isp_get_paid(self):
        """Return what this payment has settled, {invoice: amount}."""
        self.ensure_one()
        invoices = self.reconciled_invoice_ids.sorted("invoice_date")
        if not self.move_id:
            rooms = fill(self.amount, invoices.mapped("amount_total"))
            return {
                move: part for move, part in zip(invoices, rooms, strict=True) if part
            }
        paid = dict.fromkeys(invoices, 0.0)
        lines = self.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        for partial in lines.matched_debit_ids:
            move = partial.debit_move_id.move_id
            paid[move] = paid.get(move, 0.0) + partial.credit_amount_currency
        return {move: amount for move, amount in paid.items() if amount}

    def _isp_get_stamp_duty(self) -> float:
        """Return the stamp duty that a receipt of this amount is to carry; 0 without.

        Hook: the country's addon answers.
        """
        return 0.0

    def _isp_get_receipt_name(self):
        self.ensure_one()
        lang = self.partner_id.lang or self.env.lang
        number = (self.name or "").replace("/", "_")
        return self.with_context(lang=lang).env._("Receipt %s", number)
