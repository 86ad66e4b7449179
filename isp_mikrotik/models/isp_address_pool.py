import ipaddress
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

NAME_VALID = re.compile(r"[A-Za-z0-9._-]{1,63}")


class IspAddressPool(models.Model):
    """Addresses of a router, by the name that the pool has on it.

    Those of kind *fixed* are given by Odoo, one to a service, and are no pool on the
    router, which would hand them out a second time.
    """

    _name = "isp.address.pool"
    _description = "Address Pool"
    _order = "router_id, sequence, id"

    name = fields.Char(required=True, help="As on the router.")
    sequence = fields.Integer(default=10)
    router_id = fields.Many2one(
        "isp.router", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("dynamic", "Handed out by the router"),
            ("fixed", "Fixed addresses of services"),
            ("isolated", "For isolated services"),
        ],
        required=True,
        default="dynamic",
    )
    ranges = fields.Char(
        required=True,
        help="First and last address, such as 10.10.0.2-10.10.3.254; several ranges "
        "with commas between.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (router_id, name)", "The router has a pool of this name."
    )
    _isolated_uniq = models.UniqueIndex(
        "(router_id) WHERE kind = 'isolated'",
        "The router has a pool for isolated services already.",
    )

    @api.constrains("name")
    def _check_name(self):
        for pool in self:
            if not NAME_VALID.fullmatch(pool.name):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is no name for a pool: letters, digits, dots, "
                        "hyphens and underscores, 63 at most.",
                        name=pool.name,
                    )
                )

    @api.constrains("ranges")
    def _check_ranges(self):
        for pool in self:
            try:
                pool._parse_ranges()
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "“%(ranges)s” is no range of addresses, such as "
                        "10.10.0.2-10.10.3.254, the smaller address first.",
                        ranges=pool.ranges,
                    )
                ) from None

    def _parse_ranges(self):
        """Return ``[(first, last)]`` of IPv4Address.

        :raises ValueError: when it is not of the form first-last[,first-last…]
        """
        self.ensure_one()
        parsed = []
        for part in (self.ranges or "").split(","):
            first, _dash, last = part.strip().partition("-")
            pair = (
                ipaddress.IPv4Address(first.strip()),
                ipaddress.IPv4Address((last or first).strip()),
            )
            if pair[0] > pair[1]:
                raise ValueError(part)
            parsed.append(pair)
        return parsed
