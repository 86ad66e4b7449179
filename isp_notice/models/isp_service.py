from odoo import Command, models


class IspService(models.Model):
    _inherit = "isp.service"

    def action_prepare_broadcast(self):
        """Open a new broadcast to the subscribers of these services."""
        self.check_access("read")
        self.env["isp.notice.broadcast"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Broadcast"),
            "res_model": "isp.notice.broadcast",
            "view_mode": "form",
            "context": {"default_service_ids": [Command.set(self.ids)]},
        }
