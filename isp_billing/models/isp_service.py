from odoo import api, fields, models

PRICE_GROUPS = (
    "isp_base.isp_base_group_sales,account.group_account_invoice,"
    "account.group_account_readonly"
)


class IspService(models.Model):
    _inherit = "isp.service"

    activation_date = fields.Date(
        copy=False, tracking=True, help="From this day on the service is billed."
    )
    billing_schedule_id = fields.Many2one(
        "isp.billing.schedule",
        check_company=True,
        tracking=True,
        index="btree_not_null",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), "
        "('company_id', 'parent_of', company_id)]",
        groups=PRICE_GROUPS,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    monthly_price = fields.Float(
        related="plan_id.list_price",
        string="Monthly Price",
        aggregator=None,
        groups=PRICE_GROUPS,
    )
    installation_fee = fields.Monetary(tracking=True, groups=PRICE_GROUPS)
    restrict_before_payment = fields.Boolean(
        "Restrict Internet Before Payment",
        copy=False,
        tracking=True,
        help="The service becomes active and stays isolated until the first payment.",
    )

    _installation_fee_positive = models.Constraint(
        "CHECK (installation_fee >= 0)", "The installation fee cannot be negative."
    )

    @api.depends("plan_id", "company_id")
    def _compute_tax_ids(self):
        for service in self:
            service.tax_ids = service.plan_id.taxes_id._filter_taxes_by_company(
                service.company_id
            )

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        return missing + self._get_missing(["activation_date", "billing_schedule_id"])

    def _activate(self, services):
        """A service that is ready later than planned is billed from that day on."""
        result = super()._activate(services)
        for company, group in services.sudo().grouped("company_id").items():
            today = company._get_isp_today()
            late = group.filtered(lambda s, today=today: s.activation_date < today)
            late.activation_date = today
        restricted = services.filtered("restrict_before_payment")
        if restricted:
            restricted._suspend("before_payment")
        return result
