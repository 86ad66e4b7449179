from odoo import fields, models

from ..const import SERVICE_GROUPS


class IspLostReason(models.Model):
    """Why registrations come to nothing, so that it can be counted."""

    _name = "isp.lost.reason"
    _description = "Reason of Lost Registrations"
    _inherit = ["isp.shared.mixin"]
    _order = "sequence, name"

    name = fields.Char("Reason", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )
    service_count = fields.Integer(
        "Registrations", compute="_compute_service_count", groups=SERVICE_GROUPS
    )

    def _compute_service_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                self._get_lost_domain(), ["lost_reason_id"], ["__count"]
            )
        )
        for reason in self:
            reason.service_count = counts.get(reason._origin, 0)

    def _get_lost_domain(self):
        return [("state", "=", "cancelled"), ("lost_reason_id", "in", self.ids)]

    def action_view_services(self):
        """Open the registrations that were lost for it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        return {**action, "domain": self._get_lost_domain(), "context": {}}
