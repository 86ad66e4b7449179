import ipaddress
import secrets
import string

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.isp_base.secret_field import Secret

from ..changes import read_values
from ..const import COA_PORT, SECRET_GROUPS
from ..radius import users

SECRET_LENGTH = 32
SECRET_ALPHABET = string.ascii_letters + string.digits
SHORTEST_SECRET, LONGEST_SECRET = 16, 63
CLIENT_FIELDS = frozenset(
    {
        "active",
        "address",
        "radius_secret",
        "require_message_auth",
        "use_radius",
        "vendor",
    }
)
# Changes of these may give the POP's services other pools.
POOL_FIELDS = frozenset({"active", "pop_id", "sequence"})


class IspRouter(models.Model):
    """A router or NAS: how to reach it, what it is for, whether it answers.

    As a RADIUS client it is known by ``address`` alone, the source of its packets.
    """

    _name = "isp.router"
    _description = "Router"
    _inherit = ["isp.device", "isp.secret.mixin"]
    _order = "pop_id, sequence, name, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    address = fields.Char(
        help="The IPv4 address from which the router speaks to RADIUS, and at which "
        "it takes commands.",
    )
    use_radius = fields.Boolean("RADIUS", default=True, tracking=True)
    use_api = fields.Boolean("API", tracking=True)
    radius_secret = Secret(
        "RADIUS Secret",
        groups=SECRET_GROUPS,
        default=lambda self: self._generate_secret(),
    )
    require_message_auth = fields.Boolean(
        "Requests are Signed",
        help="Ignore log-ins without Message-Authenticator. Older routers send "
        "none for PAP and CHAP.",
    )
    date_signed = fields.Datetime(
        "Signs Since",
        readonly=True,
        copy=False,
        help="When it was seen to sign all log-ins, and expected to from then on. Take "
        "“Requests are Signed” away, and it is not expected again by itself.",
    )
    coa_port = fields.Integer(
        "CoA Port",
        default=COA_PORT,
        help="Where the router takes changes and disconnections (RFC 5176).",
    )
    coa_timeout = fields.Integer(
        "CoA Timeout (s)",
        default=3,
        help="How long a command waits for its answer, all repetitions included.",
    )
    pool_ids = fields.One2many("isp.address.pool", "router_id", "Address Pools")

    _address_uniq = models.UniqueIndex(
        "(address) WHERE use_radius IS TRUE AND active IS TRUE",
        "Another RADIUS router has this address. FreeRADIUS tells routers apart by "
        "their addresses.",
    )

    @api.model
    def _generate_secret(self):
        """Return a random secret that routers and FreeRADIUS take unquoted."""
        return "".join(secrets.choice(SECRET_ALPHABET) for _ in range(SECRET_LENGTH))

    @api.constrains("address")
    def _check_address(self):
        for router in self:
            try:
                ipaddress.IPv4Address(router.address)
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is no IPv4 address, such as 10.0.0.1.",
                        address=router.address,
                    )
                ) from None

    @api.constrains("radius_secret")
    def _check_radius_secret(self):
        """That one who uses RADIUS has a secret is seen by ``_sync_radius_clients``:
        on creation the secret comes after what is checked with ``use_radius``."""
        for router_id, secret in self._isp_get_secrets("radius_secret").items():
            self._check_secret_format(secret, self.browse(router_id).sudo().name)

    @api.model
    def _check_secret_format(self, secret, name):
        """:raises ValidationError: for what routers or FreeRADIUS would have quoted"""
        right_length = SHORTEST_SECRET <= len(secret or "") <= LONGEST_SECRET
        if not right_length or set(secret) - set(SECRET_ALPHABET):
            raise ValidationError(
                self.env._(
                    "The secret of %(name)s must be 16 to 63 letters and digits.",
                    name=name,
                )
            )

    @api.constrains("coa_port", "coa_timeout")
    def _check_coa(self):
        for router in self:
            if not 0 < router.coa_port < 65536:
                raise ValidationError(
                    self.env._("The CoA port is a number from 1 to 65535.")
                )
            if not 1 <= router.coa_timeout <= 10:
                raise ValidationError(
                    self.env._(
                        "The CoA timeout is 1 to 10 seconds: a job waits so long."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize_vals(vals)
        routers = super().create(vals_list)
        routers._sync_radius_clients()
        return routers

    def write(self, vals):
        self._normalize_vals(vals)
        pops = self.pop_id
        names = POOL_FIELDS & vals.keys()
        before = read_values(self, names)
        result = super().write(vals)
        if CLIENT_FIELDS & vals.keys():
            self._sync_radius_clients()
        if read_values(self, names) != before:
            (pops | self.pop_id)._pools_changed()
        return result

    def unlink(self):
        pops = self.pop_id
        result = super().unlink()
        pops._pools_changed()
        return result

    @api.model
    def _normalize_vals(self, vals):
        if vals.get("address"):
            vals["address"] = vals["address"].strip()

    def _sync_radius_clients(self):
        """Make FreeRADIUS know those of these routers that use it, and no other."""
        # First what says in words that another router has the address.
        self.flush_recordset(["active", "address", "use_radius"])
        clients = self.sudo().filtered(
            lambda router: router.use_radius and router.active
        )
        secrets_ = clients._isp_get_secrets("radius_secret")
        for router in clients:
            self._check_secret_format(secrets_.get(router.id), router.name)
        served = users.read_vendors(self.env.cr)
        users.replace_clients(
            self.env.cr,
            self.ids,
            [
                {
                    "router_id": router.id,
                    "address": router.address,
                    "secret": secrets_[router.id],
                    "require_message_auth": router.require_message_auth,
                    "vendor": router.vendor or "",
                }
                for router in clients
            ],
        )
        if users.read_vendors(self.env.cr) - served:
            self.env["isp.service"]._sync_answers()
