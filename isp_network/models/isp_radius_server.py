import ipaddress
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.isp_base.secret_field import Secret

from ..const import SECRET_GROUPS, STALE_MINUTES
from ..freeradius import archive, connections
from ..radius import schema, session_class

ROLE_PASSWORD = "isp_network.radius_role_password"
DATABASE_HOST = re.compile(r"[A-Za-z0-9._:/,-]+")


class IspRadiusServer(models.Model):
    """A FreeRADIUS that serves the services of this database.

    ``secret`` is that of Odoo's own client, for trying a log-in.
    """

    _name = "isp.radius.server"
    _description = "FreeRADIUS Server"
    _inherit = ["isp.secret.mixin", "isp.shared.mixin", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
        help="Empty: for the routers of all companies; only who works in all of them "
        "sees and changes it.",
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
    secret = Secret(
        "Odoo's Secret",
        required=True,
        groups=SECRET_GROUPS,
        default=lambda self: self.env["isp.router"]._generate_secret(),
    )
    client_lifetime = fields.Integer(
        "Look Up Routers Every (s)",
        default=60,
        required=True,
        help="So long it may take until a changed secret is known to the server.",
    )
    database_host = fields.Char(
        required=True,
        default="127.0.0.1",
        help="How this server reaches PostgreSQL: its address, or the folder of its "
        "socket. Of several, with commas between them, it takes the one that writes.",
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

    @api.constrains("secret")
    def _check_secret(self):
        secrets = self._isp_get_secrets("secret")
        for server in self.sudo():
            secret = secrets.get(server.id)
            self.env["isp.router"]._check_secret_format(secret, server.name)

    @api.constrains("auth_port", "acct_port", "database_port", "database_host")
    def _check_database(self):
        for server in self:
            ports = (server.auth_port, server.acct_port, server.database_port)
            if not all(0 < port < 65536 for port in ports):
                raise ValidationError(self.env._("A port is a number from 1 to 65535."))
            if server.auth_port == server.acct_port:
                raise ValidationError(
                    self.env._("Log-ins and accounting need two different ports.")
                )
            if not DATABASE_HOST.fullmatch(server.database_host):
                raise ValidationError(
                    self.env._(
                        "“%(host)s” is no host of a database: give an address, a name, "
                        "or the folder of its socket.",
                        host=server.database_host,
                    )
                )

    @api.constrains("client_lifetime")
    def _check_client_lifetime(self):
        if any(server.client_lifetime <= 0 for server in self):
            raise ValidationError(
                self.env._("Routers are looked up after one second or more.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._normalize_vals(vals)
        return super().write(vals)

    @api.model
    def _normalize_vals(self, vals):
        for name in {"host", "odoo_address", "database_host"} & vals.keys():
            vals[name] = (vals[name] or "").strip()

    def action_download(self):
        """Download the whole configuration as an archive."""
        self.ensure_one()
        self._check_may_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/isp_network/radius_server/{self.id}/archive",
            "target": "download",
        }

    def _check_may_download(self):
        """The archive opens what all companies' services log in with.

        :raises AccessError: unless a network engineer of every company that has routers
        """
        self.check_access("write")
        if not self.env.user.has_group(SECRET_GROUPS):
            raise AccessError(
                self.env._("Only network engineers download the configuration.")
            )
        routers = self.env["isp.router"].sudo().with_context(active_test=False)
        groups = routers._read_group([], ["company_id"])
        companies = self.sudo().company_id.union(*(company for (company,) in groups))
        if companies - self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "FreeRADIUS reads the log-ins of all companies of this database: "
                    "only a network engineer who works for all of them downloads its "
                    "configuration."
                )
            )

    def _get_archive(self):
        """Return (file name, bytes) of the configuration, with its secrets."""
        self.ensure_one()
        self._check_may_download()
        self._isp_note_look("secret", "archive")
        files = archive.render(self._prepare_archive_values(), schema.GRANTS)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", self.name).strip("-") or "server"
        now = fields.Datetime.now().timestamp()
        return f"freeradius-{name}.tar.gz", archive.pack(files, now)

    def _prepare_archive_values(self):
        self.ensure_one()
        database = self.env.cr.dbname
        return {
            "database": database,
            "role": schema.role_name(database),
            "role_password": self._get_role_password(),
            "database_host": self.database_host,
            "database_port": self.database_port,
            "auth_port": self.auth_port,
            "acct_port": self.acct_port,
            "odoo_address": self.odoo_address,
            "odoo_secret": self._isp_get_secret("secret"),
            "stale_minutes": STALE_MINUTES,
            "client_lifetime": self.client_lifetime,
            "class_item": session_class.CLASS_ITEM,
            "connections": connections.EACH,
        }

    @api.model
    def _get_role_password(self):
        """Return the password of FreeRADIUS' database role: one for all servers, as
        there is one role."""
        parameters = self.env["ir.config_parameter"].sudo()
        password = parameters.get_param(ROLE_PASSWORD)
        if not password:
            password = self.env["isp.router"]._generate_secret()
            parameters.set_param(ROLE_PASSWORD, password)
        return password
