from odoo import models


class IspService(models.Model):
    _inherit = "isp.service"

    def action_ask_router(self):
        """Show the sessions of this service, as its router says now."""
        self.ensure_one()
        router = self.router_link_ids.router_id[:1]
        router._check_may_use_api()
        live = self.env["isp.router.live"].create(
            {"router_id": router.id, "search_name": self.username}
        )
        return live.action_read()
