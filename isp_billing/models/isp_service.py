from odoo import api, fields, models
from odoo.tools import format_amount

from ..const import LEDGER_GROUPS, PRICE_GROUPS


class IspService(models.Model):
    """How a service is paid: its schedule, its price, what is billed of it."""

    _inherit = "isp.service"

    activation_date = fields.Date(
        copy=False, tracking=True, help="From this day on the service is billed."
    )
    billing_schedule_id = fields.Many2one(
        "isp.billing.schedule",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        inverse="_inverse_tax_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), "
        "('company_id', 'parent_of', company_id)]",
        groups=PRICE_GROUPS,
    )
    has_own_taxes = fields.Boolean(
        readonly=True,
        groups=PRICE_GROUPS,
        help="They were chosen for this service: they do not follow the plan's.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    own_price = fields.Monetary(
        "Own Monthly Price",
        copy=False,
        tracking=True,
        groups=PRICE_GROUPS,
        help="Agreed with this subscriber; empty: the plan's price.",
    )
    monthly_price = fields.Monetary(
        compute="_compute_monthly_price", aggregator=None, groups=PRICE_GROUPS
    )
    installation_fee = fields.Monetary(tracking=True, groups=PRICE_GROUPS)
    restrict_before_payment = fields.Boolean(
        "Restrict Internet Before Payment",
        copy=False,
        tracking=True,
        help="The service becomes active and stays isolated until the first payment.",
    )
    charge_ids = fields.One2many(
        "isp.service.charge", "service_id", "Further Charges", groups=PRICE_GROUPS
    )
    period_ids = fields.One2many(
        "isp.billing.period",
        "service_id",
        "Billed Periods",
        groups=LEDGER_GROUPS,
    )
    next_invoice_date = fields.Date(
        readonly=True, copy=False, help="When it is invoiced again, by itself."
    )
    billed_until = fields.Date(compute="_compute_billed_until")
    billing_error = fields.Text(readonly=True, copy=False, groups=LEDGER_GROUPS)
    first_invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        groups=LEDGER_GROUPS,
        index="btree_not_null",
    )
    promise_date = fields.Date(
        "Payment Promised Until",
        copy=False,
        tracking=True,
        help="Until the end of this day it is not isolated for being overdue.",
    )
    _installation_fee_positive = models.Constraint(
        "CHECK (installation_fee >= 0)", "The installation fee cannot be negative."
    )
    _own_price_positive = models.Constraint(
        "CHECK (own_price >= 0)",
        "A price of its own cannot be negative: for a discount add a charge.",
    )
    _next_invoice_idx = models.Index("(next_invoice_date) WHERE state = 'active'")

    @api.depends("plan_id.taxes_id", "company_id")
    def _compute_tax_ids(self):
        own = self.filtered(lambda service: service.sudo().has_own_taxes)
        for service in own:
            service.tax_ids = service.tax_ids
        others = (self - own).grouped(lambda s: (s.plan_id, s.company_id))
        for services in others.values():
            services.tax_ids = services[:1]._get_plan_taxes()

    def _inverse_tax_ids(self):
        for service in self.with_context(active_test=False).sudo():
            service.has_own_taxes = service.tax_ids != service._get_plan_taxes()

    def _get_plan_taxes(self):
        """Return the plan's taxes in the service's company, archived ones too: who is
        billed with one of these is told."""
        plan = self.plan_id.with_context(active_test=False)
        return plan.taxes_id._filter_taxes_by_company(self.company_id)

    @api.depends("plan_id.list_price", "own_price", "partner_id", "company_id")
    def _compute_monthly_price(self):
        for service in self:
            today = service.company_id._get_isp_today()
            plan_price = service.sudo()._get_plan_price(today)
            service.monthly_price = service.own_price or plan_price

    @api.depends("period_ids.date_to", "period_ids.released")
    def _compute_billed_until(self):
        last = dict(
            self.env["isp.billing.period"]
            .sudo()
            ._read_group(
                [
                    ("service_id", "in", self.ids),
                    ("charge_id", "=", False),
                    ("released", "=", False),
                ],
                ["service_id"],
                ["date_to:max"],
            )
        )
        for service in self:
            service.billed_until = last.get(service._origin)

    def _get_pricelist(self):
        """Return the subscriber's price list (product.pricelist), in the currency of
        the books; empty when he has none such."""
        self.ensure_one()
        partner = self.sudo().partner_id.with_company(self.company_id)
        pricelist = partner.property_product_pricelist.sudo(self.env.su)
        if pricelist.currency_id != self.company_id.currency_id:
            return pricelist.browse()
        return pricelist

    def _get_plan_price(self, day):
        """Return the plan's price (float, a month) for this subscriber on a day."""
        plan = self.plan_id.with_company(self.company_id)
        if not plan:  # a price list would look for the price of nothing
            return 0.0
        pricelist = self._get_pricelist()
        if not pricelist:
            # In the currency of the books: a plan without company has the main one's.
            books = self.company_id.currency_id
            return plan.currency_id._convert(
                plan.list_price, books, self.company_id, day, round=False
            )
        noon = self.company_id._get_isp_moment(day, 12)
        return pricelist._get_product_price(plan, 1.0, date=noon)

    @api.model
    def _get_protected_fields(self):
        billed = {"next_invoice_date", "first_invoice_id", "billing_error"}
        return super()._get_protected_fields() | billed

    def _get_diagnosis(self):
        """Whether it is paid, for those who may know."""
        findings = super()._get_diagnosis()
        knows = any(map(self.env.user.has_group, PRICE_GROUPS.split(",")))
        if not knows or self.billing_status not in ("open", "overdue"):
            return findings
        due = format_amount(self.env, self.amount_due, self.currency_id)
        if self.billing_status == "overdue":
            text = self.env._("Overdue: %(amount)s", amount=due)
            return [*findings, {"level": "warn", "text": text}]
        text = self.env._("To pay: %(amount)s", amount=due)
        return [*findings, {"level": "ok", "text": text}]

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        return missing + self._get_missing(["activation_date", "billing_schedule_id"])
