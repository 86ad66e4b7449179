import ipaddress

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SECRET_GROUPS


class IspRadiusServer(models.Model):
    """A FreeRADIUS that serves the services of this database.

    ``secret`` is that of Odoo's own client, for trying a log-in.
    """

    _name = "isp.radius.server"
    _description = "FreeRADIUS Server"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for the routers of all companies."
    )
    host = fields.Char(
        "Address",
        required=True,
        tracking=True,
        help="The IPv4 address at which routers and Odoo reach it.",
    )
    auth_port = fields.Integer("Log-in Port", default=1812, required=True)
    acct_port = fields.Integer("Accounting Port", default=1813, required=True)
    odoo_address = fields.Char(
        "Odoo's Address",
        required=True,
        default="127.0.0.1",
        tracking=True,
        help="The IPv4 address from which Odoo speaks to this server and to the "
        "routers. Routers take commands from it alone.",
    )
    secret = fields.Char(
        "Odoo's Secret",
        copy=False,
        required=True,
        groups=SECRET_GROUPS,
        default=lambda self: self.env["isp.router"]._generate_secret(),
    )
    database_host = fields.Char(
        required=True,
        default="127.0.0.1",
        help="How this server reaches PostgreSQL: its address, or the folder of its "
        "socket.",
    )
    database_port = fields.Integer(required=True, default=5432)

    @api.constrains("host", "odoo_address")
    def _check_addresses(self):
        for server in self:
            for address in (server.host, server.odoo_address):
                try:
                    ipaddress.IPv4Address(address)
                except ValueError:
                    raise ValidationError(
                        self.env._(
                            "“%(address)s” is no IPv4 address, such as 10.0.0.1.",
                            address=address,
                        )
                    ) from None
