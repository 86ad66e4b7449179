from odoo import fields, models

from ..const import ROUTER_GROUPS


class IspPop(models.Model):
    """How many subscribers of a POP are offline, and who."""

    _inherit = "isp.pop"

    offline_count = fields.Integer(
        "Offline", compute="_compute_offline_count", groups=ROUTER_GROUPS
    )

    def _compute_offline_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                [
                    ("pop_id", "in", self.ids),
                    ("state", "=", "active"),
                    ("session_status", "=", "offline"),
                ],
                ["pop_id"],
                ["__count"],
            )
        )
        for pop in self:
            pop.offline_count = counts.get(pop._origin, 0)

    def action_view_offline(self):
        """Open the subscribers of this POP who are offline."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        action["domain"] = [("pop_id", "=", self.id)]
        action["context"] = {"search_default_offline": 1}
        return action
