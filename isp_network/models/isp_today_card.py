from odoo import fields, models


class IspTodayCard(models.Model):
    _inherit = "isp.today.card"

    section = fields.Selection(
        selection_add=[("5_network", "Network")], ondelete={"5_network": "cascade"}
    )
