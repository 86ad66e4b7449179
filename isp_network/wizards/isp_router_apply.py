from odoo import fields, models


class IspRouterApply(models.TransientModel):
    """Shows what would be done on routers, and does it."""

    _name = "isp.router.apply"
    _description = "Apply Differences"

    drift_ids = fields.Many2many("isp.router.drift", string="Differences")

    def action_apply(self):
        self.ensure_one()
        drifts = self.drift_ids.filtered(lambda drift: drift.state == "1_open")
        drifts._check_open()
        for router, rows in drifts.grouped("router_id").items():
            router._apply_drifts(rows)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
