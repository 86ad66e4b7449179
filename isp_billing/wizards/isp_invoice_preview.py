from odoo import api, fields, models


class IspInvoicePreview(models.TransientModel):
    """Shows what the next invoice of a service says."""

    _name = "isp.invoice.preview"
    _description = "Preview of the Next Invoice"

    service_id = fields.Many2one("isp.service", required=True, ondelete="cascade")
    preview = fields.Html(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        services = self.env["isp.service"]
        for vals in vals_list:
            service = services.browse(vals["service_id"])
            vals["preview"] = service._render_next_invoice()
        return super().create(vals_list)
