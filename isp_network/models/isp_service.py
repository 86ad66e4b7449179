import ipaddress
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# RFC 1918 and RFC 6598: each POP has its own of these, all others are routed to one
# place. Python and PostgreSQL read it alike.
PRIVATE = (
    r"^(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01])"
    r"|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]"
)


class IspService(models.Model):
    _inherit = "isp.service"

    static_address = fields.Char(
        "Fixed Address",
        copy=False,
        tracking=True,
        help="Always this IPv4 address, of a range for fixed addresses of the POP's "
        "routers. Empty: one of the pool.",
    )

    routed_networks = fields.Char(
        copy=False,
        tracking=True,
        help="IPv4 networks that the router sends to this line, such as "
        "203.0.113.8/29; several with commas. Not while it is isolated.",
    )

    _static_address_uniq = models.UniqueIndex(
        "(pop_id, static_address) WHERE state NOT IN ('terminated', 'cancelled')",
        "Another service at this POP has this fixed address.",
    )
    _public_address_uniq = models.UniqueIndex(
        "(static_address) WHERE state NOT IN ('terminated', 'cancelled') "
        f"AND static_address !~ '{PRIVATE}'",
        "Another service has this fixed address.",
    )

    @api.constrains("routed_networks")
    def _check_routed_networks(self):
        for service in self.sudo():
            for network in service._get_routes():
                try:
                    ipaddress.IPv4Network(network)
                except ValueError:
                    raise ValidationError(
                        self.env._(
                            "“%(network)s” is no IPv4 network, such as 203.0.113.8/29.",
                            network=network,
                        )
                    ) from None

    @api.model
    def _find_by_route(self, address, company):
        """Return the services (sudo) of a company to which a network with this address
        (str) is routed."""
        domain = [("routed_networks", "!=", False), ("company_id", "=", company.id)]
        wanted = ipaddress.ip_address(address)
        services = self.sudo().with_context(active_test=False).search(domain)
        return services.filtered(
            lambda service: any(
                wanted in ipaddress.ip_network(network)
                for network in service._get_routes()
            )
        )

    def _get_routes(self):
        """Return the routed networks (tuple of str)."""
        return tuple((self.routed_networks or "").replace(",", " ").split())

    @api.constrains("static_address", "pop_id")
    def _check_static_address(self):
        for service in self.sudo().filtered("static_address"):
            pools = service.pop_id._get_fixed_pools()
            if not _is_address(service.static_address):
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is no IPv4 address, such as 10.0.0.1.",
                        address=service.static_address,
                    )
                )
            if service.date_taken_over and not pools:
                continue  # it has this address already; ranges may come later
            if not pools._holds(ipaddress.IPv4Address(service.static_address)):
                raise ValidationError(service._explain_static_address(pools))

    def _explain_static_address(self, pools):
        self.ensure_one()
        if not pools:
            return self.env._(
                "%(service)s has the fixed address %(address)s, but no router of the "
                "POP %(pop)s has a range for fixed addresses. Add it to the router's "
                "address pools.",
                service=self.display_name,
                address=self.static_address,
                pop=self.pop_id.display_name or "–",
            )
        return self.env._(
            "The fixed address %(address)s of %(service)s is not in the range for "
            "fixed addresses of the POP %(pop)s: %(ranges)s.",
            service=self.display_name,
            address=self.static_address,
            pop=self.pop_id.display_name,
            ranges=", ".join(pools.mapped("ranges")),
        )

    def action_next_static_address(self):
        """Give the service the first free one of its POP's fixed addresses."""
        self.ensure_one()
        self.check_access("write")
        pools = self.pop_id._get_fixed_pools()
        address = pools._get_free_address(self._get_taken_addresses())
        if not address:
            raise UserError(
                self.env._(
                    "No fixed address is free at the POP %(pop)s: add a range for "
                    "fixed addresses to its router.",
                    pop=self.pop_id.display_name or "–",
                )
            )
        self.static_address = address

    def _get_taken_addresses(self):
        """Return the addresses (set of str) that a service of the POP may not have."""
        others = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("static_address", "!=", False),
                    ("state", "not in", ["terminated", "cancelled"]),
                ],
                ["pop_id", "static_address"],
            )
        )
        return {
            other.static_address
            for other in others
            if other.pop_id == self.pop_id
            or not re.match(PRIVATE, other.static_address)
        }

    def _get_writable_fields(self):
        writable = super()._get_writable_fields()
        engineer = "isp_base.isp_base_group_network_engineer"
        if writable is not None and self.env.user.has_group(engineer):
            writable = writable | {
                "api_router_id",
                "caller_id",
                "routed_networks",
                "static_address",
            }
        return writable

    @api.model
    def _create_checked(self, vals_list):
        for vals in vals_list:
            self._normalize_static_address(vals)
        return super()._create_checked(vals_list)

    def _write_checked(self, vals):
        self._normalize_static_address(vals)
        return super()._write_checked(vals)

    @api.model
    def _normalize_static_address(self, vals):
        if "static_address" in vals:
            vals["static_address"] = (vals["static_address"] or "").strip() or False

    def _get_diagnosis(self):
        findings = super()._get_diagnosis() + self._diagnose_network()
        return findings + self._diagnose_routers()


def _is_address(text):
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
