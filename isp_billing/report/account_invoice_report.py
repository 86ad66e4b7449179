from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Odoo's analysis of invoices by where the services are and whose they are, as
    they are now."""

    _inherit = "account.invoice.report"

    isp_service_id = fields.Many2one("isp.service", "Internet Service", readonly=True)
    isp_area_id = fields.Many2one("isp.area", "Area", readonly=True)
    isp_pop_id = fields.Many2one("isp.pop", "POP", readonly=True)
    isp_category_id = fields.Many2one(
        "isp.subscriber.category", "Subscriber Category", readonly=True
    )

    _depends = {
        "account.move.line": ["isp_service_id"],
        "isp.service": ["area_id", "pop_id", "category_id"],
    }

    @api.model
    def _select(self) -> SQL:
        return SQL(
            "%s, line.isp_service_id, service.area_id AS isp_area_id, "
            "service.pop_id AS isp_pop_id, service.category_id AS isp_category_id",
            super()._select(),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            "%s LEFT JOIN isp_service service ON service.id = line.isp_service_id",
            super()._from(),
        )
