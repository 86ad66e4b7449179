from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """A new price holds from today on: what is owed until yesterday and not
        invoiced yet is put down at the old one."""
        if "list_price" in vals:
            self._isp_settle_until_yesterday(vals["list_price"])
        return super().write(vals)

    def _isp_get_product(self):
        """Return the product.product of a plan, also of one that is not sold any
        longer."""
        return self.with_context(active_test=False).product_variant_ids[:1]

    def _isp_settle_until_yesterday(self, price):
        changed = self.filtered(
            lambda plan: plan.is_internet_plan and plan.list_price != price
        )
        # East of Greenwich it is tomorrow already; who owes nothing yet is no harm.
        latest = fields.Date.add(fields.Date.today(), days=1)
        services = self.env["isp.service"].sudo()
        services = services.search(
            [
                ("plan_id", "in", changed.ids),
                ("state", "=", "active"),
                "|",
                ("billing_schedule_id.in_arrears", "=", True),
                ("next_invoice_date", "<=", latest),
            ]
        )
        services._settle_until_yesterday()
