from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "isp.shared.mixin"]

    isp_area_ids = fields.Many2many(
        "isp.area",
        string="Areas",
        check_company=True,
        help="The team repairs in these areas and what lies within them; without any, "
        "wherever no other team does.",
    )
    isp_response_hours = fields.Integer(
        "Begin within (hours)",
        default=24,
        help="A repair that nobody has begun by then is late.",
    )

    _isp_response_hours = models.Constraint(
        "CHECK (isp_response_hours > 0)", "Give the team at least one hour."
    )

    @api.model
    def _isp_find_for(self, area, company):
        """Return the team that repairs in an area (may be none): the one that names
        it, or the nearest area around it; else the first that names no area."""
        teams = self.search(Domain("company_id", "in", [False, company.id]))
        around = [int(part) for part in (area.parent_path or "").split("/") if part]
        for area_id in reversed(around):
            found = teams.filtered(lambda t, a=area_id: a in t.isp_area_ids.ids)
            if found:
                return found[:1]
        return teams.filtered(lambda team: not team.isp_area_ids)[:1]
