from odoo import api, fields, models
from odoo.fields import Command


class IspRepairInvoice(models.TransientModel):
    """What the customer is charged for a repair, proposed from the visit."""

    _name = "isp.repair.invoice"
    _description = "Invoice of a Repair"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Repair Order", required=True, readonly=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    free_reason = fields.Char(related="ticket_id.isp_free_reason")
    date_due = fields.Date(
        "Due Date",
        required=True,
        compute="_compute_date_due",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        "isp.repair.invoice.line",
        "invoice_id",
        "Lines",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount_total = fields.Monetary("Total", compute="_compute_amount_total")

    @api.depends("ticket_id")
    def _compute_date_due(self):
        for invoice in self:
            company = invoice.ticket_id.company_id or self.env.company
            invoice.date_due = fields.Date.add(
                company._get_isp_today(), days=company.isp_repair_due_days
            )

    @api.depends("ticket_id")
    def _compute_line_ids(self):
        for invoice in self:
            lines = invoice.ticket_id._isp_propose_lines() if invoice.ticket_id else []
            invoice.line_ids = [Command.clear(), *map(Command.create, lines)]

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for invoice in self:
            invoice.amount_total = sum(invoice.line_ids.mapped("amount"))

    def action_create(self):
        """Post and send it; the repair is invoiced."""
        self.ensure_one()
        lines = [line._prepare_line() for line in self.line_ids]
        self.ticket_id._isp_create_invoice(self.date_due, lines)
        return {"type": "ir.actions.act_window_close"}

    def action_close_without_invoice(self):
        self.ensure_one()
        return self.ticket_id.action_isp_close_without_invoice()


class IspRepairInvoiceLine(models.TransientModel):
    _name = "isp.repair.invoice.line"
    _description = "Line of a Repair Invoice"
    _check_company_auto = True

    invoice_id = fields.Many2one(
        "isp.repair.invoice", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="invoice_id.company_id")
    currency_id = fields.Many2one(related="invoice_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('is_internet_plan', '=', False), ('sale_ok', '=', True)]",
    )
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    price_unit = fields.Monetary(
        "Price",
        compute="_compute_product",
        store=True,
        readonly=False,
        precompute=True,
        currency_field="currency_id",
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
    )
    amount = fields.Monetary("Amount with Taxes", compute="_compute_amount")

    @api.depends("product_id")
    def _compute_product(self):
        for line in self:
            partner = line.invoice_id.partner_id
            product = line.product_id.with_context(
                lang=partner.lang, display_default_code=False
            )
            line.name = product.display_name
            line.price_unit = product.with_company(line._get_company()).lst_price

    @api.depends("product_id")
    def _compute_tax_ids(self):
        taxes = self.env["account.tax"]
        for line in self:
            line.tax_ids = line.product_id.taxes_id.filtered_domain(
                taxes._check_company_domain(line._get_company())
            )

    def _get_company(self):
        """Return whose products and taxes it has: a line that is just being added does
        not have its invoice's company yet."""
        return (
            self.company_id or self.invoice_id.ticket_id.company_id or self.env.company
        )

    @api.depends("quantity", "price_unit", "tax_ids")
    def _compute_amount(self):
        for line in self:
            line.amount = line.tax_ids.compute_all(
                line.price_unit,
                currency=line.currency_id,
                quantity=line.quantity,
                product=line.product_id,
                partner=line.invoice_id.partner_id,
            )["total_included"]

    def _prepare_line(self):
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "tax_ids": self.tax_ids.ids,
        }
