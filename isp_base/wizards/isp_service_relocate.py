from odoo import fields, models

from ..models.isp_service_relocation import PLACE_FIELDS


class IspServiceRelocate(models.TransientModel):
    """Asks where a service moves to."""

    _name = "isp.service.relocate"
    _description = "Relocate a Service"
    _inherit = ["isp.coordinates.mixin", "isp.service.dialog.mixin"]

    country_id = fields.Many2one(related="service_id.country_id", related_sudo=False)
    present_address = fields.Char(
        related="service_id.full_address", string="Present Address", related_sudo=False
    )
    street = fields.Char("Address", required=True)
    street2 = fields.Char("Address, Second Line")
    city = fields.Char()
    zip = fields.Char()
    state_id = fields.Many2one(
        "res.country.state", "Province", domain="[('country_id', '=?', country_id)]"
    )
    area_id = fields.Many2one(
        "isp.area",
        domain="[('company_id', 'in', [False, company_id])]",
        default=lambda self: self._get_present().area_id,
    )
    pop_id = fields.Many2one(
        "isp.pop",
        "POP",
        required=True,
        domain="[('company_id', 'in', [False, company_id])]",
        default=lambda self: self._get_present().pop_id,
    )
    needs_survey = fields.Boolean("Survey First")

    def action_apply(self):
        self.ensure_one()
        place = {
            name: self[name].id if isinstance(self[name], models.Model) else self[name]
            for name in PLACE_FIELDS
        }
        service = self.service_id
        service._relocate(place, survey=self.needs_survey, **self._get_terms())
        service._notify_subscriber("relocation_planned")
        return {"type": "ir.actions.act_window_close"}

    def _get_terms(self):
        """Return the terms (dict) of `isp.service._relocate` that addons ask for."""
        return {}
