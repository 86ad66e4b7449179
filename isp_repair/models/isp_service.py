from odoo import fields, models


class IspService(models.Model):
    _inherit = "isp.service"

    ticket_ids = fields.One2many("helpdesk.ticket", "isp_service_id", "Repairs")
    ticket_count = fields.Integer("Number of Repairs", compute="_compute_ticket_count")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("isp_service_id", "in", self.ids)], ["isp_service_id"], ["__count"]
            )
        )
        for service in self:
            service.ticket_count = counts.get(service, 0)

    def action_view_tickets(self):
        """Open the repairs of this service, also to order one by phone."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_repair.isp_repair_action"
        )
        action["domain"] = [("isp_service_id", "=", self.id)]
        action["context"] = {"default_isp_service_id": self.id}
        return action

    def action_order_repair(self):
        """Open an empty repair order of this service, for who calls."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Order a repair"),
            "res_model": "helpdesk.ticket",
            "view_mode": "form",
            "target": "new",
            "context": {"default_isp_service_id": self.id},
        }
