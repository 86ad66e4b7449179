from odoo import fields, models

from ..const import ROUTER_GROUPS


class IspPop(models.Model):
    _inherit = "isp.pop"

    router_ids = fields.One2many(
        "isp.router", "pop_id", "Routers", groups=ROUTER_GROUPS
    )
