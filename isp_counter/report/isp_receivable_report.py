from odoo import api, fields, models
from odoo.tools import SQL


class IspReceivableReport(models.Model):
    """Whose it is to collect: of several collectors of an area it is the first one's,
    so that the sum stays the ledger's."""

    _inherit = "isp.receivable.report"

    collector_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Of the area, or of the nearest one above it.",
    )
    _depends = {"isp.area": ["collector_ids", "parent_path"]}

    @api.model
    def _get_columns(self):
        return [*super()._get_columns(), SQL("collector.user_id AS collector_id")]

    @api.model
    def _get_joins(self):
        nearest = SQL(
            """
            LEFT JOIN (
                SELECT DISTINCT ON (own.id) own.id AS area_id, r.user_id
                FROM isp_area own
                JOIN isp_area up
                    ON own.parent_path LIKE up.parent_path || '%%'
                JOIN isp_area_collector_rel r ON r.area_id = up.id
                ORDER BY own.id, length(up.parent_path) DESC, r.user_id
            ) collector ON collector.area_id = s.area_id"""
        )
        return [*super()._get_joins(), nearest]
