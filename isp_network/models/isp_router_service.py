from odoo import fields, models

from ..const import ROUTER_GROUPS


class IspRouterService(models.Model):
    """A service that is, or is to be, on a router whose API keeps it."""

    _name = "isp.router.service"
    _description = "Service on a Router"
    _inherit = ["isp.device.item"]
    _order = "router_id, service_id"
    _rec_name = "service_id"
    _device_field = "router_id"

    router_id = fields.Many2one(
        "isp.router", required=True, readonly=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    username = fields.Char("User Name on the Router", readonly=True)
    applied_hash = fields.Char(readonly=True, groups="base.group_system")
    true_hash = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="What was wanted when the router was last seen to have it. Unlike the "
        "applied one it is kept while a change waits.",
    )
    has_routes = fields.Boolean(
        readonly=True,
        groups="base.group_system",
        help="Networks behind the line were written there, so they are taken away.",
    )
    session_hash = fields.Char(readonly=True, groups="base.group_system")
    date_applied = fields.Datetime(groups=ROUTER_GROUPS)
    date_changed = fields.Datetime(
        "Changed Here",
        readonly=True,
        default=fields.Datetime.now,
        groups=ROUTER_GROUPS,
        help="When what is wanted of the router was changed after that.",
    )

    _router_service_uniq = models.UniqueIndex(
        "(router_id, service_id)", "The service is on this router already."
    )
    _state_idx = models.Index("(router_id, state) WHERE state != 'applied'")

    def _is_true(self, hashes):
        """Whether the router was once seen to have what is wanted of it now.

        :param hashes: {service: (hash of what is wanted, …)}
        """
        wanted = hashes.get(self.service_id)
        return bool(wanted and wanted[0] == self.true_hash)

    def _get_origin(self, hashes, kind):
        """Return who changed last what differs now, and when at the earliest.

        Where nothing was changed here since the router was seen to have all of it,
        somebody changed the router. Where something was, Odoo did, and the router is
        behind. Of what was never seen to be right nobody knows.

        :param kind: that of the difference
        :return: ("odoo", "router" or "unknown", datetime or False)
        """
        if self._is_true(hashes):
            return "router", self.date_applied
        if self.true_hash or kind == "missing":
            moments = [self.date_changed, self.date_applied]
            return "odoo", max(filter(None, moments), default=False)
        return "unknown", False
