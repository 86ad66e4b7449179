from collections import defaultdict

from odoo import api, models

PAPER_HEAD, PAPER_LINE = 118, 5  # millimetres of a roll of 80 mm


class IspReceipt(models.AbstractModel):
    """What a receipt shows of a payment, on a sheet and on a roll."""

    _name = "report.isp_billing.isp_receipt"
    _description = "Receipt (document)"

    @api.model
    def _get_report_values(self, docids, **_data):
        """Whoever may read the payment may read all that its receipt says."""
        payments = self.env["account.payment"].browse(docids)
        payments.check_access("read")
        payments._isp_get_receipt_payments()._isp_note_receipt()
        return {
            "doc_ids": docids,
            "doc_model": "account.payment",
            "docs": payments,
            "receipt_of": lambda payment: self._get_receipt(payment.sudo()),
        }

    @api.model
    def _get_receipt(self, payment):
        """Return the values of the template for a payment in sudo."""
        payment = payment.with_context(lang=payment.partner_id.lang or self.env.lang)
        invoices = self.env["report.isp_billing.isp_invoice"].with_context(
            lang=payment.env.lang
        )
        company = payment.company_id
        payments = payment._isp_get_receipt_payments()
        paid = self._get_paid(payments)
        amount = payment.isp_receipt_amount
        return {
            "payment": payment,
            "number": payment.isp_receipt_number,
            "amount": amount,
            "way": ", ".join(payments.journal_id.mapped("name")),
            "company": company,
            "logo": invoices._get_logo(company),
            "address": invoices._join_address(company.partner_id),
            "contact": invoices._join(company.phone, company.email),
            "customer_address": invoices._join_address(payment.partner_id),
            "words": payment.currency_id.amount_to_text(amount),
            "services": payments.reconciled_invoice_ids.isp_service_ids.sorted("name"),
            "paid": paid,
            "rest": amount - sum(row["amount"] for row in paid),
            "cashier": payment.create_uid.name,
            "duty": payment._isp_get_stamp_duty(),
            "height": PAPER_HEAD + PAPER_LINE * len(paid),
        }

    @api.model
    def _get_paid(self, payments):
        """Return what these have settled, each invoice once (list of dict)."""
        paid = defaultdict(float)
        for payment in payments:
            for move, amount in payment._isp_get_paid().items():
                paid[move] += amount
        return [{"name": move.name, "amount": amount} for move, amount in paid.items()]


class IspReceiptRoll(models.AbstractModel):
    _name = "report.isp_billing.isp_receipt_roll"
    _inherit = "report.isp_billing.isp_receipt"
    _description = "Receipt on a Roll (document)"
