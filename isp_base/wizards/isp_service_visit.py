from odoo import Command, api, fields, models

HOUR = 9  # of tomorrow: a time that one changes more often than not


class IspServiceVisit(models.TransientModel):
    """Sends technicians to a subscriber who has not complained of anything."""

    _name = "isp.service.visit"
    _description = "Plan a Visit"

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    company_id = fields.Many2one(related="service_id.company_id", related_sudo=False)
    reason = fields.Char(required=True, help="The technicians read it.")
    planned_start = fields.Datetime(
        "When", required=True, default=lambda self: self._default_planned_start()
    )
    planned_hours = fields.Float("Hours", required=True, default=1)
    technician_ids = fields.Many2many(
        "res.users",
        string="Technicians",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    @api.model
    def _default_planned_start(self):
        company = self.env.company
        tomorrow = fields.Date.add(company._get_isp_today(), days=1)
        return company._get_isp_moment(tomorrow, HOUR)

    def action_apply(self):
        """Make the visit, fix it and tell everybody concerned."""
        self.ensure_one()
        self.service_id._check_service_admin()
        visit = self.env["isp.work.order"].create(
            {
                "service_id": self.service_id.id,
                "kind": "visit",
                "instruction": self.reason,
                "planned_start": self.planned_start,
                "planned_hours": self.planned_hours,
                "pic_id": self.env.uid,
                "technician_ids": [Command.set(self.technician_ids.ids)],
            }
        )
        visit.action_schedule()
        return {"type": "ir.actions.act_window_close"}
