from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
