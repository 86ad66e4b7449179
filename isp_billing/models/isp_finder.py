from odoo import api, models

from odoo.addons.isp_base.finding import Kind


class IspFinder(models.AbstractModel):
    _inherit = "isp.finder"

    @api.model
    def _get_kinds(self):
        label = self.env._("Invoices")
        invoices = Kind(
            "account.move",
            label,
            ("name", "payment_reference"),
            ("partner_id", "invoice_date", "amount_total", "payment_state"),
        )
        subscribers, *others = super()._get_kinds()
        return [subscribers, invoices, *others]
