from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..const import PRICE_GROUPS
from ..rating import DAY

OPEN_PAYMENTS = ["not_paid", "partial"]


class IspService(models.Model):
    """What a subscriber owes or has with us, and until when his service is paid."""

    _inherit = "isp.service"

    paid_until = fields.Date(
        compute="_compute_balance",
        groups=PRICE_GROUPS,
        help="The last day before the first one that is not paid yet; none while an "
        "invoice of the service without days is open, as its opening balance.",
    )
    balance = fields.Monetary(
        compute="_compute_balance",
        aggregator=None,
        groups=PRICE_GROUPS,
        help="Of the subscriber, by all his services and whatever else he is invoiced: "
        "what he owes, or, below zero, has with us.",
    )
    balance_text = fields.Char(
        "Account", compute="_compute_balance", groups=PRICE_GROUPS
    )

    def _compute_balance(self):
        """Sales sees the sum, not the ledger."""
        balances, unpaid = self._read_balances(), self._read_unpaid()
        owing = self._get_owing_without_days()
        for service in self:
            key = service.company_id, service._get_payer()
            service.balance = balances[key]
            first = unpaid.get(service._origin)
            until = first - DAY if first else service.sudo().billed_until
            begun = service.activation_date
            if service._origin in owing or not begun or not until or until < begun:
                until = False
            service.paid_until = until
            service.balance_text = service._get_balance_text(
                service.balance, service.paid_until
            )

    def _read_balances(self):
        """Return {(company, commercial partner): what he owes}, in the books."""
        balances = defaultdict(float)
        lines = self.env["account.move.line"].sudo()
        for company, partner, amount in lines._read_group(
            [
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("company_id", "in", self.company_id.ids),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    self._get_payer().ids,
                ),
            ],
            ["company_id", "partner_id"],
            ["amount_residual:sum"],
        ):
            balances[company, partner.commercial_partner_id] += amount
        return balances

    def _read_unpaid(self):
        """Return {service: the first day of the plan that is invoiced and not paid},
        of those that the present holder pays."""
        periods = self.env["isp.billing.period"].sudo()
        groups = periods._read_group(
            [
                ("service_id", "in", self.ids),
                ("charge_id", "=", False),
                ("released", "=", False),
                ("kind", "=", "charge"),
                "|",
                ("move_line_id", "=", False),
                ("move_line_id.move_id", "any", self._get_unpaid_domain()),
            ],
            ["service_id", "partner_id"],
            ["date_from:min"],
        )
        first = {}
        for service, payer, day in groups:
            if not payer or service._is_held_by(payer):
                first[service] = min(day, first.get(service, day))
        return first

    def _is_held_by(self, payer):
        return payer.commercial_partner_id == self._get_payer()

    def _get_payer(self):
        """Return the partners in sudo by whom these services are paid: a salesman may
        see a service and not the card of its subscriber."""
        return self.sudo().partner_id.commercial_partner_id

    def _get_owing_without_days(self):
        """Return the services with an open invoice that bills no days of theirs, as an
        opening balance: no day can be named until which they are paid. Those of a
        former holder are not theirs."""
        lines = self.env["account.move.line"].sudo()
        groups = lines._read_group(
            [
                ("isp_service_id", "in", self.ids),
                ("isp_charge_id", "=", False),
                ("isp_period_ids", "=", False),
                ("move_id.move_type", "=", "out_invoice"),
                ("parent_state", "=", "posted"),
                ("move_id.payment_state", "in", OPEN_PAYMENTS),
            ],
            ["isp_service_id", "move_id"],
        )
        return self.browse(
            {service.id for service, move in groups if service._is_held_by(move)}
        )

    @api.model
    def _get_unpaid_domain(self):
        return [
            "|",
            ("state", "!=", "posted"),
            ("payment_state", "in", OPEN_PAYMENTS),
        ]

    @api.model
    def _get_balance_text(self, balance, until):
        amount = format_amount(self.env, abs(balance), self.currency_id)
        if self.currency_id.is_zero(balance):
            text = self.env._("Nothing open")
        elif balance > 0:
            text = self.env._("Owes %(amount)s", amount=amount)
        else:
            text = self.env._("Has %(amount)s with us", amount=amount)
        if until:
            day = format_date(self.env, until)
            text += " · " + self.env._("paid until %(day)s", day=day)
        return text

    def _check_pricelist(self):
        """:raises UserError: when a price list was chosen for the subscriber of which
        the prices are not in the currency of the books: nobody is billed by another
        price than agreed, unseen"""
        self.ensure_one()
        partner = self.sudo().partner_id.with_company(self.company_id)
        chosen = partner.specific_property_product_pricelist
        if chosen and chosen.currency_id != self.company_id.currency_id:
            raise UserError(
                self.env._(
                    "%(service)s: the price list %(list)s of its subscriber is in "
                    "%(currency)s. Choose one in %(books)s for him.",
                    service=self.name,
                    list=chosen.name,
                    currency=chosen.currency_id.name,
                    books=self.company_id.currency_id.name,
                )
            )
