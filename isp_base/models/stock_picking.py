from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    isp_work_order_id = fields.Many2one(
        "isp.work.order", "Work Order", readonly=True, index="btree_not_null"
    )
