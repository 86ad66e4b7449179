from odoo import api, fields, models

from odoo.addons.isp_base.const import VISIT_GROUPS


class IspService(models.Model):
    """A move that the survey of the new place speaks against."""

    _inherit = "isp.service"

    relocation_obstacle = fields.Char(
        "Why the Move Is Not Feasible",
        compute="_compute_relocation_obstacle",
        groups=VISIT_GROUPS,
    )

    @api.depends("relocation_ids.state", "relocation_ids.obstacle")
    def _compute_relocation_obstacle(self):
        for service in self:
            service.relocation_obstacle = service.relocation_id.obstacle
