from odoo import fields, models


class IspTodayCard(models.Model):
    _inherit = "isp.today.card"

    section = fields.Selection(
        selection_add=[("4_repairs", "Repairs")], ondelete={"4_repairs": "cascade"}
    )
