from odoo import models
from odoo.http import request
from odoo.tools import float_round

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

LOST_ACTIVITY = "isp_billing.mail_activity_payment_lost"


class PaymentTransaction(models.Model):
    """What an online payment that fails, or is given back, means for the invoices."""

    _inherit = "payment.transaction"

    def _update_state(self, allowed_states, target_state, state_message):
        updated = super()._update_state(allowed_states, target_state, state_message)
        updated.sudo().invoice_ids._isp_judge_dues()
        return updated

    def _process(self, provider_code, payment_data):
        """What a gateway tells is booked at once. Odoo leaves it to the customer who
        looks at the page of his payment, or to a cron that comes every ten minutes."""
        tx = self or self._search_by_reference(provider_code, payment_data)
        if tx.state == "error" and tx._isp_is_of_other_amount(payment_data):
            return tx  # Odoo asks for the amount until it is in error by it, once
        super(PaymentTransaction, tx)._process(provider_code, payment_data)
        if tx.state == "done" and not tx.is_post_processed and not tx._isp_is_watched():
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()
        return tx

    def _isp_is_of_other_amount(self, payment_data):
        told = self._extract_amount_data(payment_data)
        if told is None:  # the provider's amounts are not compared
            return False
        digits, own = told.get("precision_digits"), abs(self.amount)
        if digits is not None:
            own = float_round(own, precision_digits=digits, rounding_method="DOWN")
        return self.currency_id.compare_amounts(told.get("amount") or 0, own) != 0

    def _isp_is_watched(self):
        """Whether it is the customer's own request: his browser asks until it is
        booked."""
        watched = PaymentPostProcessing.MONITORED_TX_ID_KEY
        return bool(request) and request.session.get(watched) == self.id

    def _post_process(self):
        result = super()._post_process()
        for tx in self.sudo():
            source = tx.source_transaction_id
            if tx.operation == "refund" and tx.state == "done" and source.payment_id:
                tx._isp_give_back(source)
            elif tx.state in ("cancel", "error") and tx.payment_id:
                tx._isp_charge_back()
        return result

    def _isp_give_back(self, source):
        """What was refunded pays no invoice any more; what is left of the payment pays
        what it paid before."""
        invoices = (source.invoice_ids | self.invoice_ids).filtered(
            lambda move: move._isp_is_ours()
        )
        refund = self._isp_get_receivable(self.payment_id.move_id)
        if not invoices or not refund or refund[:1].reconciled:
            return
        paid = self._isp_get_receivable(source.payment_id.move_id)
        paid.remove_move_reconcile()
        (paid | refund).reconcile()
        rest = (paid | self._isp_get_receivable(invoices)).filtered(
            lambda line: not line.reconciled and line.account_id == paid.account_id
        )
        if paid.filtered(lambda line: not line.reconciled):
            rest.reconcile()
        self._isp_tell_of(invoices)

    def _isp_charge_back(self):
        """A payment that was taken back after all pays nothing any more."""
        if self.payment_id.state != "canceled":
            self.payment_id.action_cancel()
        self._isp_tell_of(self.invoice_ids.filtered(lambda move: move._isp_is_ours()))

    def _isp_tell_of(self, invoices):
        note = self.env._(
            "The online payment %(reference)s was given back. What it paid is open "
            "again.",
            reference=self.reference,
        )
        invoices._ask_person(LOST_ACTIVITY, "billing", note)

    def _isp_get_receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
