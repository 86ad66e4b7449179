from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    isp_technician_id = fields.Many2one(
        "res.users",
        "Technician's Van",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        help="The technician who carries this stock with him.",
    )

    _isp_technician_uniq = models.UniqueIndex(
        "(isp_technician_id, company_id) "
        "WHERE isp_technician_id IS NOT NULL AND active",
        "This technician has another van already.",
    )
