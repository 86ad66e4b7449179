from odoo import api, models

# The groups of l10n_id whose taxes are PPN; their own names speak of goods.
PPN_GROUPS = (
    "l10n_id_tax_group_non_luxury_goods",
    "l10n_id_tax_group_luxury_goods",
)


class IspInvoice(models.AbstractModel):
    _inherit = "report.isp_billing.isp_invoice"

    @api.model
    def _get_tax_label(self, group):
        if group["id"] not in self._isp_get_ppn_groups():
            return super()._get_tax_label(group)
        taxes = self.env["account.tax"].browse(group["involved_tax_ids"])
        labels = {tax.invoice_label for tax in taxes if tax.invoice_label}
        return " ".join(["PPN", *sorted(labels)])

    @api.model
    def _isp_get_ppn_groups(self):
        chart = self.env["account.chart.template"]
        groups = (chart.ref(name, raise_if_not_found=False) for name in PPN_GROUPS)
        return {group.id for group in groups if group}
