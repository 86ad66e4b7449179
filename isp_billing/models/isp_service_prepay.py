from contextlib import closing
from datetime import date

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..const import LEDGER_GROUPS
from ..rating import DAY

PAY_DAYS = 3  # the least that one has to pay what he has ordered


class IspService(models.Model):
    """Several months paid at once: an invoice for all of them, which nobody is dunned
    for. What is not paid in time is withdrawn, and billed month by month as ever."""

    _inherit = "isp.service"

    prepaid_move_id = fields.Many2one(
        "account.move",
        "Months to Pay at Once",
        compute="_compute_prepaid_move_id",
        groups=LEDGER_GROUPS,
    )

    def _compute_prepaid_move_id(self):
        for service in self:
            service.prepaid_move_id = service._get_open_prepayment()

    def action_prepay(self):
        """Ask how many months are paid at once."""
        self._check_may_prepay()
        self._check_states(["active"])
        return self._open_wizard("isp_billing.isp_service_prepay_action")

    def _check_may_prepay(self):
        """:raises AccessError: for anyone but those who make invoices"""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only those who make invoices bill months at once.")
            )

    def _get_open_prepayment(self):
        """Return the invoice of months at once that is still to be paid, in sudo."""
        self.ensure_one()
        moves = self.env["account.move"].sudo()
        return moves.search(
            [
                *moves._isp_get_open_domain(),
                ("isp_prepaid_months", ">", 0),
                ("line_ids.isp_service_id", "=", self.id),
            ],
            limit=1,
        )

    def _get_prepay_offers(self):
        """Return the offers (isp.prepay.offer) that this service may be paid by now;
        none while it is isolated, ends soon or has one that is to be paid."""
        self.ensure_one()
        service = self.sudo()
        offers = self.env["isp.prepay.offer"]
        if service._get_prepay_obstacle() or service._get_open_prepayment():
            return offers
        return offers._find(service)

    def _get_prepay_obstacle(self):
        """Return why no months can be paid at once, as a sentence; else None."""
        if self.state != "active" or not self.billing_schedule_id:
            return self.env._("%(service)s is not active.", service=self.name)
        if self.access != "open":
            return self.env._(
                "%(service)s is isolated. What is open comes first, then months ahead "
                "can be paid.",
                service=self.name,
            )
        if not self.monthly_price:
            return self.env._("%(service)s costs nothing.", service=self.name)
        return None

    def _get_prepaid_until(self, months) -> date:
        """Return the last day of so many whole months after what is billed."""
        self.ensure_one()
        calendar = self.billing_schedule_id._get_calendar(self.activation_date)
        return calendar.last_of(self._get_first_unbilled(), months)

    def _get_first_unbilled(self) -> date:
        if self.billed_until:
            return self.billed_until + DAY
        return max(self.company_id._get_isp_today(), self.activation_date)

    def _prepay(self, offer):
        """Invoice the months of an offer (isp.prepay.offer) at once.

        :return: account.move, posted, in sudo
        :raises UserError: when it cannot be
        """
        self.ensure_one()
        service = self.sudo()
        service._bump_access_version()  # of two who press, the later one is told
        if obstacle := service._get_prepay_obstacle():
            raise UserError(obstacle)
        if move := service._get_open_prepayment():
            raise UserError(
                self.env._(
                    "%(invoice)s is for months at once, and not paid yet. Pay it, or "
                    "withdraw it first.",
                    invoice=move.name,
                )
            )
        until = service._get_prepaid_until(offer.months)
        discount = service._add_prepay_discount(offer, until)
        biller = service._get_prepay_biller(offer)
        moves = biller._bill(service, until)
        move = moves.filtered("isp_prepaid_months")
        discount.prepaid_move_id = move
        text = self.env._(
            "%(offer)s at once, until %(day)s: %(invoice)s",
            offer=offer.name,
            day=format_date(self.env, until),
            invoice=move.name,
        )
        service._message_log(body=text)
        return move

    def _get_prepay_due(self) -> date:
        """Return until when it is to be paid: no later than an invoice would be, nor
        so late that the next month has run for long."""
        today = self.company_id._get_isp_today()
        latest = today + DAY * self.billing_schedule_id.days_until_due
        billed = self.billed_until or today
        return max(today + DAY * PAY_DAYS, min(billed, latest))

    def _add_prepay_discount(self, offer, until):
        charges = self.env["isp.service.charge"].sudo()
        if not offer.free_months:
            return charges
        begin = self._get_first_unbilled()
        calendar = self.billing_schedule_id._get_calendar(self.activation_date)
        if calendar.cycle(begin).first != begin:
            begin = calendar.cycle(begin).last + DAY
        product = self.env.ref("isp_billing.product_prepay_discount")
        lang = self.partner_id.lang or self.env.lang
        return charges.create(
            {
                "service_id": self.id,
                "product_id": product.id,
                "name": offer.with_context(lang=lang).name,
                "kind": "percent",
                "percent": -offer.percent,
                "tax_ids": [
                    fields.Command.set(self.with_context(active_test=False).tax_ids.ids)
                ],
                "date_from": begin,
                "date_to": until,
            }
        )

    def _describe_prepayment(self, offer):
        """Return what an offer comes to: a dict (offer, until, total, saved, currency,
        invoices as of isp.biller); nothing is kept."""
        self.ensure_one()
        service = self.sudo()
        today = service.company_id._get_isp_today()
        with closing(self.env.cr.savepoint()):
            until = service._get_prepaid_until(offer.months)
            discount = service._add_prepay_discount(offer, until)
            biller = service._get_prepay_biller(offer)
            biller._settle(service, today, until)
            moves = biller._invoice(service, today)
            move = moves.filtered("isp_prepaid_months")
            lines = move.invoice_line_ids
            discounts = lines.filtered(lambda line: line.isp_charge_id & discount)
            return {
                "offer": offer,
                "until": until,
                "total": move.amount_total,
                "saved": -sum(discounts.mapped("price_total")),
                "currency": move.currency_id,
                "invoices": [document._isp_describe() for document in moves],
            }

    def _get_prepay_biller(self, offer):
        return (
            self.env["isp.biller"]
            .with_company(self.company_id)
            .with_context(
                isp_prepaid_months=offer.months, isp_prepaid_due=self._get_prepay_due()
            )
        )

    def _change_plan(self, plan):
        self._withdraw_prepayment()
        return super()._change_plan(plan)

    def _change_price(self, own_price):
        self._withdraw_prepayment()
        return super()._change_price(own_price)

    def _terminate(self, reason):
        self._withdraw_prepayment()
        return super()._terminate(reason)

    def _withdraw_prepayment(self):
        """What was ordered and not paid is no part of what changes now."""
        for service in self.filtered(lambda service: service.state == "active"):
            service._get_open_prepayment()._isp_withdraw()
