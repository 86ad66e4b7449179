from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..const import LEDGER_GROUPS
from ..rating import DAY


class IspService(models.Model):
    """Until yesterday the former holder pays, from today on the new one."""

    _inherit = "isp.service"

    def _transfer(self, partner, new_password=False, only_settled=False, **terms):
        """:param only_settled: refuse while the former holder owes something, after
        his last invoice; else what is open stays with him"""
        self._check_may_reprice()
        self.sudo()._close_account()
        if only_settled:
            self.sudo()._check_settled_account()
        self.sudo()._keep_payer()
        result = super()._transfer(partner, new_password=new_password, **terms)
        service = self.sudo()
        service.promise_date = False
        service._refresh_next_invoice_date()
        service._restore("before_payment")
        service._judge_dues()
        return result

    def _close_account(self):
        """Invoice the days until yesterday, and credit those from today on."""
        self.ensure_one()
        self._withdraw_prepayment()
        if not (self.billing_schedule_id and self.activation_date):
            return
        self._settle_until_yesterday()
        today = self.company_id._get_isp_today()
        self._release_from(today)
        self.env["isp.biller"]._bill(self, until=today - DAY)

    def _keep_payer(self):
        """What is credited or cancelled later of the days until now is the former
        holder's."""
        periods = self.env["isp.billing.period"]
        rows = periods.search(
            [("service_id", "=", self.id), ("partner_id", "=", False)]
        )
        rows.partner_id = self._get_invoice_partner()

    def _check_settled_account(self):
        if self.currency_id.compare_amounts(self.amount_due, 0) > 0:
            raise UserError(
                self.env._(
                    "%(name)s still owes %(amount)s for %(service)s. Let him pay "
                    "first, or let it stay with him.",
                    name=self.contact_name,
                    amount=format_amount(self.env, self.amount_due, self.currency_id),
                    service=self.name,
                )
            )

    def _render_transfer(self):
        """Return, as HTML, the last invoice of the present holder and what he owes
        then; nothing is kept."""
        self.ensure_one()
        self._check_service_admin()
        service = self.sudo()
        today = service.company_id._get_isp_today()

        def close(service):
            service._withdraw_prepayment()
            service._settle_until_yesterday()
            service._release_from(today)
            service.next_invoice_date = today

        invoices, accounts = service._foresee_invoice(close, until=today - DAY)
        return self._render_invoices(invoices, accounts)


class IspBillingPeriod(models.Model):
    _inherit = "isp.billing.period"

    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        ondelete="restrict",
        index="btree_not_null",
        groups=LEDGER_GROUPS,
        help="A former holder, whose days they were. Empty: who has the service.",
    )

    def _replaces(self, row):
        """Nobody's days stand for those of another holder."""
        return self.partner_id == row.partner_id and super()._replaces(row)
