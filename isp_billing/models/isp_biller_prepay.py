from odoo import api, models


class IspBiller(models.AbstractModel):
    """Invoices of months that are paid at once."""

    _inherit = "isp.biller"

    @api.model
    def _bills_months(self, row) -> bool:
        ahead = bool(self.env.context.get("isp_prepaid_months"))
        return ahead or super()._bills_months(row)

    @api.model
    def _prepare_move(self, terms, rows, today):
        vals, sources = super()._prepare_move(terms, rows, today)
        months = self.env.context.get("isp_prepaid_months")
        if months and vals["move_type"] == "out_invoice":
            vals["isp_prepaid_months"] = months
            vals["invoice_date_due"] = self.env.context["isp_prepaid_due"]
        return vals, sources
