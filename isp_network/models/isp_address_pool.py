import ipaddress
import re
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..changes import read_values

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
            self._check_name_format(pool.name)

    @api.model
    def _check_name_format(self, name):
        """:raises ValidationError: for what routers or RADIUS would have quoted"""
        if not NAME_VALID.fullmatch(name):
            raise ValidationError(
                self.env._(
                    "“%(name)s” is no name for a pool: letters, digits, dots, "
                    "hyphens and underscores, 63 at most.",
                    name=name,
                )
            )

    @api.constrains("ranges", "router_id")
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
        self._check_overlap()

    def _check_overlap(self):
        for router in self.router_id:
            spans = sorted(
                (first, last, pool.name)
                for pool in router.pool_ids
                for first, last in pool._parse_ranges()
            )
            for one, other in pairwise(spans):
                if other[0] <= one[1]:
                    raise ValidationError(
                        self.env._(
                            "The pools %(one)s and %(other)s of %(router)s overlap: "
                            "%(address)s is in both.",
                            one=one[2],
                            other=other[2],
                            router=router.name,
                            address=other[0],
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        pools = super().create(vals_list)
        pools.router_id.pop_id._pools_changed()
        return pools

    def write(self, vals):
        pops = self.router_id.pop_id
        before = read_values(self, vals)
        result = super().write(vals)
        if read_values(self, vals) != before:
            (pops | self.router_id.pop_id)._pools_changed()
        return result

    def unlink(self):
        pops = self.router_id.pop_id
        result = super().unlink()
        pops._pools_changed()
        return result

    def _holds(self, address):
        """Whether one of these pools has this address (IPv4Address)."""
        return any(
            first <= address <= last
            for pool in self
            for first, last in pool._parse_ranges()
        )

    def _get_free_address(self, taken):
        """Return the first address (str) that is not in ``taken``; "" without one."""
        for pool in self:
            for first, last in pool._parse_ranges():
                for number in range(int(first), int(last) + 1):
                    address = str(ipaddress.IPv4Address(number))
                    if address not in taken:
                        return address
        return ""

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
