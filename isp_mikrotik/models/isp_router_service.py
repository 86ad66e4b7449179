from odoo import fields, models

from ..const import ROUTER_GROUPS


class IspRouterService(models.Model):
    """A service that is, or is to be, on a router whose API keeps it.

    It stays until the router itself was seen without the service: what is to be
    removed from a router that is down is removed when it is back.
    """

    _name = "isp.router.service"
    _description = "Service on a Router"
    _order = "router_id, service_id"
    _rec_name = "service_id"

    router_id = fields.Many2one(
        "isp.router", required=True, readonly=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    state = fields.Selection(
        [
            ("pending", "Waits"),
            ("applied", "On the router"),
            ("failed", "Refused"),
        ],
        required=True,
        default="pending",
        readonly=True,
    )
    username = fields.Char("User Name on the Router", readonly=True)
    applied_hash = fields.Char(readonly=True, groups="base.group_system")
    session_hash = fields.Char(readonly=True, groups="base.group_system")
    error = fields.Char("What the Router Said", readonly=True)
    tries = fields.Integer(readonly=True)
    date_applied = fields.Datetime("Compared", readonly=True, groups=ROUTER_GROUPS)

    _router_service_uniq = models.UniqueIndex(
        "(router_id, service_id)", "The service is on this router already."
    )
    _state_idx = models.Index("(router_id, state) WHERE state != 'applied'")
