from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IspRepairHandover(models.TransientModel):
    """Gives a repair to another technician."""

    _name = "isp.repair.handover"
    _description = "Hand Over a Repair"

    work_order_id = fields.Many2one("isp.work.order", required=True, readonly=True)
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    technician_id = fields.Many2one(
        "res.users", required=True, domain="[('id', 'in', candidate_ids)]"
    )
    reason = fields.Char(required=True)

    @api.depends("work_order_id")
    def _compute_candidate_ids(self):
        """The technicians of the company, without those who have it."""
        group = self.env.ref("isp_base.isp_base_group_technician").sudo()
        for handover in self:
            visit = handover.work_order_id
            handover.candidate_ids = group.all_user_ids.filtered(
                lambda user, visit=visit: (
                    user.active
                    and visit.company_id in user.company_ids
                    and user not in visit.technician_ids
                )
            )

    @api.constrains("technician_id")
    def _check_technician_id(self):
        for handover in self:
            if handover.technician_id not in handover.candidate_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s is no technician who could take it over.",
                        name=handover.technician_id.name,
                    )
                )

    def action_apply(self):
        self.ensure_one()
        self.work_order_id._hand_over(self.technician_id, self.reason)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "isp_repair.isp_repair_action"
        )
