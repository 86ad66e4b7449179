from datetime import date

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date

from ..const import PRICE_GROUPS
from ..rating import DAY, Days


class IspService(models.Model):
    """The days of a pause are not charged, but for what was agreed for it."""

    _inherit = "isp.service"

    pause_fee = fields.Monetary(
        readonly=True,
        copy=False,
        groups=PRICE_GROUPS,
        help="A month, charged by days.",
    )

    def _pause(self, first, last, fee=0.0, **terms):
        """:param fee: what a month of the pause costs; it is charged by days, with the
        first invoice after it"""
        self._check_may_reprice()
        self.sudo().write({"pause_fee": fee})
        return super()._pause(first, last, **terms)

    def _begin_pause(self):
        """What was billed for the days of the pause is given back at once."""
        today = self.company_id._get_isp_today()
        self._withdraw_prepayment()
        self._pause_days(today)
        result = super()._begin_pause()
        self.env["isp.biller"]._bill(self, until=today - DAY)
        return result

    def _pause_days(self, today):
        """Settle the days of the pause, from a day on that counts as today."""
        if not (self.billing_schedule_id and self.activation_date):
            return
        self._settle_until_yesterday(today)
        self._release_from(today)
        self._put_aside(today - DAY, self.pause_until + DAY, "paused")
        if self.pause_fee:
            self._charge_pause(today)

    def _charge_pause(self, today):
        self._charge_fee(
            "isp_billing.product_pause",
            self.pause_fee,
            kind="monthly",
            is_of_pause=True,
            date_from=today,
            date_to=self.pause_until,
        )

    def _restore(self, reason, note=None):
        """The days of a pause that ends early are charged as ever."""
        if reason == "pause":
            for service in self.sudo().filtered("is_paused"):
                service._release_paused(service.company_id._get_isp_today())
        result = super()._restore(reason, note)
        if reason == "pause":
            self.sudo().pause_fee = 0
            self.sudo()._refresh_next_invoice_date()
        return result

    def _terminate(self, reason):
        """A pause ends with its service; its fee counts until today."""
        for service in self.sudo().filtered("is_paused"):
            service._release_paused(service.company_id._get_isp_today() + DAY)
        return super()._terminate(reason)

    def _release_paused(self, day):
        """Let go of the days of a pause from a day on, and of its fee."""
        rows = self.env["isp.billing.period"]._search_live(self, day)
        rows.filtered(lambda row: row.kind == "paused")._release(Days(day, date.max))
        for charge in self.charge_ids.filtered("is_of_pause"):
            if charge.date_from >= day and not charge.period_ids:
                charge.unlink()
            elif not charge.date_to or charge.date_to >= day:
                charge.date_to = max(charge.date_from, day - DAY)

    def _foresee_pause(self, first, last, fee):
        """Return, as HTML, what a pause gives back at its begin and what the first
        invoice after it says; nothing is kept."""
        self._check_service_admin()
        service = self.sudo()
        invoices, accounts = service._foresee_invoice(
            lambda s: s._foresee_paused(first, last, fee)
        )
        html = self._render_invoices(invoices, accounts)
        text = self.env._(
            "The line opens again on %(day)s.",
            day=format_date(self.env, last + DAY),
        )
        return html + Markup("<p>%s</p>") % text

    def _foresee_paused(self, first, last, fee):
        """Do, within a savepoint of the caller, what a pause will do."""
        self._withdraw_prepayment()
        self._foresee_until(first)
        self.write({"pause_from": first, "pause_until": last, "pause_fee": fee})
        self._pause_days(first)
        self._refresh_next_invoice_date()
