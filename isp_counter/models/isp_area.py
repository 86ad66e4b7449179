from odoo import fields, models


class IspArea(models.Model):
    _inherit = "isp.area"

    collector_ids = fields.Many2many(
        "res.users",
        "isp_area_collector_rel",
        "area_id",
        "user_id",
        "Collectors",
        help="They have the subscribers of this area, and of those within it, on their "
        "phones.",
    )
