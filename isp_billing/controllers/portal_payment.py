from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class InvoicePaymentPortal(PaymentPortal):
    """The browser says how much is paid: a part, as by any other way of paying, but
    neither nothing nor more than is open."""

    def _process_transaction(
        self, partner_id, currency_id, invoice_ids, payment_reference, **kwargs
    ):
        invoices = request.env["account.move"].sudo().browse(invoice_ids)
        due = sum(invoices.mapped("amount_residual"))
        amount = kwargs.get("amount")
        is_number = isinstance(amount, (int, float)) and amount > 0
        if not is_number or invoices.currency_id[:1].compare_amounts(amount, due) > 0:
            raise ValidationError(
                request.env._("This is not an amount that is open. Reload the page.")
            )
        return super()._process_transaction(
            partner_id, currency_id, invoice_ids, payment_reference, **kwargs
        )
