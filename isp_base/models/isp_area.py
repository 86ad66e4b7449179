from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SERVICE_GROUPS


class IspArea(models.Model):
    _name = "isp.area"
    _description = "Service Area"
    _inherit = ["isp.shared.mixin"]
    _parent_store = True
    _order = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    code = fields.Char()
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "isp.area", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("isp.area", "parent_id")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )

    service_count = fields.Integer(
        "Subscribers",
        compute="_compute_service_count",
        groups=SERVICE_GROUPS,
        help="Active services in this area and in those within it.",
    )

    _name_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), COALESCE(parent_id, 0), lower(name))",
        "This area exists already.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for area in self:
            parts = [area.parent_id.complete_name, area.name]
            area.complete_name = " / ".join(part for part in parts if part)

    @api.depends("complete_name")
    def _compute_display_name(self):
        for area in self:
            area.display_name = area.complete_name or ""

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An area cannot lie within itself."))

    def _compute_service_count(self):
        within = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        counts = dict(
            self.env["isp.service"]._read_group(
                [("area_id", "in", within.ids), ("state", "=", "active")],
                ["area_id"],
                ["__count"],
            )
        )
        sums = dict.fromkeys(self._origin.ids, 0)
        for area in within:
            for ancestor in map(int, area.parent_path.split("/")[:-1]):
                if ancestor in sums:
                    sums[ancestor] += counts.get(area, 0)
        for area in self:
            area.service_count = sums.get(area._origin.id, 0)

    def action_view_services(self):
        """Open the subscribers of this area and of those within it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        return {
            **action,
            "domain": [("area_id", "child_of", self.id), ("state", "=", "active")],
            "context": {"default_area_id": self.id},
        }
