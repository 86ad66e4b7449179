from odoo import fields, models


class IspTodayCard(models.Model):
    _inherit = "isp.today.card"

    section = fields.Selection(
        selection_add=[("3_money", "Money")], ondelete={"3_money": "cascade"}
    )
