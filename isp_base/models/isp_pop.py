from odoo import api, fields, models

from ..const import SERVICE_GROUPS


class IspPop(models.Model):
    _name = "isp.pop"
    _description = "Point of Presence"
    _inherit = ["mail.thread", "isp.coordinates.mixin"]
    _order = "code, name"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    area_id = fields.Many2one("isp.area", check_company=True)
    address = fields.Char()
    location_id = fields.Many2one(
        "stock.location",
        "Stock Location",
        domain="[('usage', '=', 'internal')]",
        check_company=True,
        help="Where the material for this POP's installations is taken from.",
    )
    service_ids = fields.One2many("isp.service", "pop_id", groups=SERVICE_GROUPS)
    service_count = fields.Integer(
        "Services", compute="_compute_service_count", groups=SERVICE_GROUPS
    )
    note = fields.Text()

    _code_uniq = models.Constraint(
        "UNIQUE (company_id, code)", "Another POP has this code."
    )

    def _compute_service_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                [("pop_id", "in", self.ids), ("state", "=", "active")],
                ["pop_id"],
                ["__count"],
            )
        )
        for pop in self:
            pop.service_count = counts.get(pop, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for pop in self:
            pop.display_name = f"[{pop.code}] {pop.name}" if pop.code else pop.name

    def action_view_services(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        action["domain"] = [("pop_id", "=", self.id)]
        action["context"] = {"default_pop_id": self.id}
        return action
