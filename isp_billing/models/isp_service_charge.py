from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rating import Days, uncovered

TERMS = {"service_id", "kind", "product_id", "price", "percent"}


class IspServiceCharge(models.Model):
    """What a service is charged besides its plan: a static address, the rent of a
    device, a discount until a date, or once the installation."""

    _name = "isp.service.charge"
    _description = "Further Charge"
    _order = "service_id, date_from, id"
    _check_company_auto = True

    service_id = fields.Many2one(
        "isp.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('sale_ok', '=', True), ('is_internet_plan', '=', False)]",
    )
    name = fields.Char(
        "Text on the Invoice",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    kind = fields.Selection(
        [
            ("monthly", "Every month"),
            ("percent", "Percent of the plan"),
            ("once", "Once"),
        ],
        required=True,
        default="monthly",
    )
    price = fields.Monetary(
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
        help="Each month, or once. A discount is below zero.",
    )
    percent = fields.Float(help="Of the plan's monthly price; a discount: below zero.")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), "
        "('company_id', 'parent_of', company_id)]",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env.company._get_isp_today(),
    )
    date_to = fields.Date("Until", help="The last day; empty: until further notice.")
    is_of_pause = fields.Boolean(
        "Fee of a Pause",
        readonly=True,
        help="It is charged while the line is closed for a pause.",
    )
    period_ids = fields.One2many("isp.billing.period", "charge_id")

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A charge ends on or after the day on which it begins.",
    )

    @api.depends("product_id", "service_id.company_id")
    def _compute_from_product(self):
        for charge in self:
            product = charge.product_id
            charge.name = product.display_name
            charge.price = product.list_price
            taxes = product.with_context(active_test=False).taxes_id
            charge.tax_ids = taxes._filter_taxes_by_company(charge.company_id)

    @api.constrains("percent", "kind")
    def _check_percent(self):
        for charge in self.filtered(lambda c: c.kind == "percent"):
            if not charge.percent or not -100 <= charge.percent <= 100:
                raise ValidationError(
                    self.env._(
                        "A percentage is between -100 (free) and 100, and not 0."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        charges = super().create(vals_list)
        charges._log_change(self.env._("Charge added"))
        return charges

    def write(self, vals):
        """What was invoiced already for days that it no longer has is credited."""
        if vals.keys() & TERMS:
            self._check_unbilled()
        if vals.keys() & {"date_from", "date_to"}:
            self.filtered(lambda charge: charge.kind == "once")._check_unbilled()
        result = super().write(vals)
        if "service_id" in vals:
            self.check_access("write")  # nor moved to a service of another company
        if vals.keys() & {"date_from", "date_to"}:
            self._release_outside()
        return result

    def _check_unbilled(self):
        """Forget what waits to be invoiced at the old terms.

        :raises UserError: when days are invoiced already
        """
        live = self.sudo().period_ids.filtered(lambda row: not row.released)
        billed = live.filtered("move_line_id").charge_id
        if billed:
            raise UserError(billed._get_billed_message())
        live._release()

    def _release_outside(self):
        """Release the days that are billed, but no longer within from and until."""
        spans = {}
        for charge in self.sudo().filtered(lambda c: c.kind != "once"):
            within = charge._get_span(date.max)
            for row in charge.period_ids.filtered(lambda row: not row.released):
                spans[row] = uncovered(row.days, [within] if within else [])
        self.env["isp.billing.period"].sudo()._release_spans(spans)

    def _get_billed_message(self):
        return self.env._(
            "%(charges)s: invoiced already. Set an end date, or credit the invoice.",
            charges=", ".join(self.mapped("name")),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        billed = self.sudo().period_ids.filtered("move_line_id").charge_id
        if billed:
            raise UserError(billed._get_billed_message())

    def unlink(self):
        self._log_change(self.env._("Charge removed"))
        return super().unlink()

    def _log_change(self, what):
        for service, charges in self.grouped("service_id").items():
            names = ", ".join(charges.mapped("name"))
            service._message_log(body=f"{what}: {names}")

    def _get_span(self, until):
        """Return the Days that it is charged up to a date, None without any."""
        self.ensure_one()
        last = min(self.date_to or until, until)
        return Days(self.date_from, last) if self.date_from <= last else None

    def _get_price(self, plan_price):
        """Return what a month costs, of a plan with this monthly price."""
        self.ensure_one()
        if self.kind == "percent":
            return plan_price * self.percent / 100
        return self.price
