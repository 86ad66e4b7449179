from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date


class IspTaxChange(models.Model):
    """A tax takes the place of another one from a day on, for plans and services at
    once: what begins before that day is taxed as before, also when it is billed later.
    """

    _name = "isp.tax.change"
    _description = "Replacement of a Tax"
    _inherit = "isp.guarded.mixin"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        "From",
        required=True,
        default=lambda self: self._default_date(),
        help="Days that are billed and begin on it or later are taxed anew.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'sale')]",
    )
    new_tax_id = fields.Many2one(
        "account.tax",
        "Replaced by",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'sale'), ('id', '!=', tax_id)]",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    service_ids = fields.Many2many("isp.service", readonly=True, copy=False)
    charge_ids = fields.Many2many("isp.service.charge", readonly=True, copy=False)

    @api.model
    def _complete_vals(self, vals_list):
        """It has no number."""

    def _get_writable_fields(self):
        """What is planned or done stays as it was decided."""
        return None if all(change.state == "draft" for change in self) else set()

    @api.model
    def _default_date(self):
        return fields.Date.add(
            fields.Date.start_of(self.env.company._get_isp_today(), "month"), months=1
        )

    @api.depends("date", "tax_id", "new_tax_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "%(tax)s → %(new)s from %(day)s",
                tax=change.tax_id.name or "",
                new=change.new_tax_id.name or "",
                day=format_date(self.env, change.date) if change.date else "",
            )

    @api.constrains("tax_id", "new_tax_id")
    def _check_taxes(self):
        for change in self:
            if change.tax_id == change.new_tax_id:
                raise ValidationError(
                    self.env._("Choose another tax than the one that is replaced.")
                )

    # What it would do

    @api.depends("company_id", "date", "tax_id", "new_tax_id")
    def _compute_preview(self):
        for change in self:
            change.preview = False
            if change._is_for_reader() and change.date:
                change.preview = self.env["ir.qweb"]._render(
                    "isp_billing.tax_change_preview", change._describe()
                )

    def _is_for_reader(self):
        """Whether the user sees both taxes and the company: a form may name others."""
        taxes = self.tax_id | self.new_tax_id
        seen = taxes.has_access("read") and self.company_id.has_access("read")
        return bool(self.tax_id and self.new_tax_id) and seen

    def _describe(self):
        """Return what the preview shows: plans with their price before and after, how
        many services, charges and products, what is invoiced already."""
        services, charges, products = self.sudo()._find()
        plans = products.filtered("is_internet_plan")
        return {
            "change": self,
            "plans": [self._describe_plan(plan, services) for plan in plans],
            "own": len(services.filtered("has_own_taxes")),
            "charges": len(charges),
            "products": len(products - plans),
            "invoiced": self._count_invoiced(),
        }

    def _describe_plan(self, plan, services):
        before, after = (
            self._swap(plan.taxes_id, *pair).compute_all(plan.list_price)
            for pair in ((self.new_tax_id, self.tax_id), self._get_pair())
        )
        using = services.filtered(lambda service: service.plan_id == plan)
        return {
            "name": plan.display_name,
            "services": len(using.filtered(lambda service: service.state == "active")),
            "before": before["total_included"],
            "after": after["total_included"],
        }

    def _count_invoiced(self):
        """Return how many invoiced periods begin on the day or later."""
        return (
            self.env["isp.billing.period"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", self.company_id.id),
                    ("date_from", ">=", self.date),
                    ("released", "=", False),
                    ("move_line_id.tax_ids", "in", self.tax_id.ids),
                ]
            )
        )

    def _find(self):
        """Return the services, charges and products that have the tax."""
        tax = [("tax_ids", "in", self.tax_id.ids)]
        products = self.env["product.template"].with_context(active_test=False)
        return (
            self.env["isp.service"].search(tax),
            self.env["isp.service.charge"].search(tax),
            products.search([("taxes_id", "in", self.tax_id.ids)]),
        )

    # Doing it

    def action_replace(self):
        """Plan it; at once when its day has come."""
        self.check_access("write")
        for change in self:
            if change.state != "draft":
                raise UserError(self.env._("It is planned or done already."))
            change.sudo().state = "planned"
        self.sudo()._apply_due()

    def action_cancel(self):
        """Leave all as it is: possible until its day."""
        self.check_access("write")
        if any(change.state == "done" for change in self):
            raise UserError(
                self.env._("It is done. Replace the new tax by the old one instead.")
            )
        self.sudo().state = "cancelled"

    @api.model
    def _cron_apply(self):
        """Do what is planned for today or before."""
        planned = self.search([("state", "=", "planned")])
        planned.company_id._isp_take_turns(
            lambda company: planned.filtered(
                lambda change: change.company_id == company
            )._apply_due(),
            self.env._("A tax could not be replaced"),
        )

    def _apply_due(self):
        for change in self.sorted("date"):
            if change.date <= change.company_id._get_isp_today():
                change._apply()

    def _apply(self):
        services, charges, products = self._find()
        own = services.filtered("has_own_taxes")
        self.write(
            {
                "state": "done",
                "service_ids": [Command.set(services.ids)],
                "charge_ids": [Command.set(charges.ids)],
            }
        )
        swap = [Command.unlink(self.tax_id.id), Command.link(self.new_tax_id.id)]
        products.taxes_id = swap
        charges.tax_ids = swap
        own.tax_ids = swap

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(change.state in ("planned", "done") for change in self):
            raise UserError(
                self.env._("What is planned is cancelled; what is done stays.")
            )

    # What the biller asks

    @api.model
    def _get_known(self, companies):
        """Return those of companies and their parents that count, oldest first."""
        return self.sudo().search(
            [
                ("state", "in", ["planned", "done"]),
                ("company_id", "parent_of", companies.ids),
            ],
            order="date, id",
        )

    def _get_taxes_on(self, row, taxes):
        """Return what stands for these taxes (account.tax) on the days of a period."""
        day = row.date_from
        done = self.filtered(lambda change: change.state == "done")
        for change in reversed(done):
            if day < change.date and change._has_changed(row):
                taxes = change._swap(taxes, change.new_tax_id, change.tax_id)
        for change in self - done:
            if day >= change.date:
                taxes = change._swap(taxes, *change._get_pair())
        return taxes

    def _has_changed(self, row):
        if row.charge_id:
            return row.charge_id in self.charge_ids
        return row.service_id in self.service_ids

    def _get_pair(self):
        return self.tax_id, self.new_tax_id

    @api.model
    def _swap(self, taxes, old, new):
        return taxes - old | new if old in taxes else taxes
