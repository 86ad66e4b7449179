from odoo import api, fields, models
from odoo.tools import SQL


class IspMoneyReport(models.Model):
    """Cash is in a drawer at the counter, or in the bag of a collector."""

    _inherit = "isp.money.report"

    way = fields.Selection(
        selection_add=[("counter", "Counter"), ("collector", "Collector")]
    )
    _depends = {"account.journal": ["isp_collector_id", "isp_is_drawer"]}

    @api.model
    def _get_ways(self):
        return [
            SQL("WHEN journal.isp_is_drawer THEN 'counter'"),
            SQL("WHEN journal.isp_collector_id IS NOT NULL THEN 'collector'"),
            *super()._get_ways(),
        ]
