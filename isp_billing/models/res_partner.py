from odoo import fields, models

from ..const import LEDGER_GROUPS


class ResPartner(models.Model):
    _inherit = "res.partner"

    isp_never_isolate = fields.Boolean(
        "Never Isolate",
        groups=LEDGER_GROUPS,
        help="Is reminded, but not isolated for being overdue.",
    )

    def _isp_is_in_use(self):
        moves = self.env["account.move"]
        return super()._isp_is_in_use() or bool(
            moves.search_count([("partner_id", "=", self.id)], limit=1)
        )

    def write(self, vals):
        """Who is excluded now is restored at once; the others have until the cron."""
        result = super().write(vals)
        if vals.get("isp_never_isolate"):
            services = self.env["isp.service"].sudo()
            services.search(
                [
                    ("partner_id", "child_of", self.commercial_partner_id.ids),
                    ("access", "=", "isolated"),
                ]
            )._judge_dues()
        return result
