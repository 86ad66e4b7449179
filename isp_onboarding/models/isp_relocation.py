from odoo import api, fields, models

from odoo.addons.isp_base.const import VISIT_GROUPS
from odoo.addons.isp_base.models.isp_service_relocation import RELOCATION_ACTIVITY


class IspRelocation(models.Model):
    """A move to a place of which the survey says that it is not feasible. The office
    decides; until then the visits wait and the present line stays."""

    _inherit = "isp.relocation"

    obstacle = fields.Char(
        "Why Not Feasible", compute="_compute_obstacle", groups=VISIT_GROUPS
    )

    @api.depends("work_order_ids.verdict", "work_order_ids.state")
    def _compute_obstacle(self):
        for relocation in self:
            surveys = relocation.sudo().work_order_ids.filtered(
                lambda order: order.kind == "survey" and order.state == "done"
            )
            last = surveys.sorted("id")[-1:]
            refused = last.verdict == "not_feasible"
            relocation.obstacle = refused and last.unfeasible_reason

    def _ask_office(self):
        """Let who planned the move decide what becomes of it."""
        for relocation in self:
            own = relocation.with_context(lang=relocation.user_id.lang).env
            note = own._(
                "The survey of %(address)s says that it is not feasible: %(reason)s "
                "Call the move off, or plan the installation all the same.",
                address=relocation.full_address,
                reason=relocation.obstacle,
            )
            relocation.service_id._close_question(RELOCATION_ACTIVITY)
            relocation.service_id._ask_people(
                RELOCATION_ACTIVITY, relocation.user_id, note=note
            )
