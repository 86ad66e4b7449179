from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    isp_service_id = fields.Many2one(
        "isp.service",
        "Internet Service",
        readonly=True,
        index="btree_not_null",
        help="The service at which this equipment stands.",
    )
