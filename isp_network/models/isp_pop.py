from odoo import fields, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..const import ROUTER_GROUPS


class IspPop(models.Model):
    _inherit = "isp.pop"

    router_ids = fields.One2many(
        "isp.router", "pop_id", "Routers", groups=ROUTER_GROUPS
    )

    def _get_radius_pools(self):
        """Return (dynamic pool, isolated pool) that services get here whose plan names
        none: the first of each kind of the first router that has one."""
        pools = self.sudo().router_ids.pool_ids
        return tuple(
            pools.filtered(lambda pool, kind=kind: pool.kind == kind)[:1]
            for kind in ("dynamic", "isolated")
        )

    def _get_fixed_pools(self):
        """Return the ranges of fixed addresses of the POP's routers."""
        return self.sudo().router_ids.pool_ids.filtered(lambda p: p.kind == "fixed")

    def _pools_changed(self):
        """Check the fixed addresses given here, and bring RADIUS up to date."""
        if not self or self.env.context.get(MODULE_UNINSTALL_FLAG):
            return
        services = self.env["isp.service"].sudo()
        services.search(
            [("pop_id", "in", self.ids), ("static_address", "!=", False)]
        )._check_static_address()
        services._sync_lines_where([("pop_id", "in", self.ids)])
