from odoo import api, fields, models

from ..script import routeros


class IspRouterScript(models.TransientModel):
    _inherit = "isp.router.script"

    version = fields.Selection(
        [
            ("7", "RouterOS 7.15 and newer"),
            ("6", "RouterOS 6, or 7 before 7.15"),
        ],
        required=True,
        default="7",
    )
    interface = fields.Char(
        "Interface of the Subscribers",
        required=True,
        default="bridge",
        help="Where their PPPoE comes in, as it is called on the router.",
    )

    ipv6 = fields.Boolean(
        "Subscribers Get IPv6",
        help="What is handed out here is IPv4 alone. Where the router gives IPv6 as "
        "well, try whether an isolated subscriber still reaches the Internet by it: "
        "RouterOS may not put his prefix into the list of the isolated.",
    )

    @api.depends("version", "interface", "ipv6")
    def _compute_script(self):
        return super()._compute_script()

    def _prepare_setup(self):
        self.ensure_one()
        router, company = self.router_id, self.router_id.company_id
        router._isp_note_look("radius_secret", "script")
        servers = self._get_servers()
        pools = router.pool_ids.filtered(lambda pool: pool.kind != "fixed")
        isolated = pools.filtered(lambda pool: pool.kind == "isolated")
        return routeros.Setup(
            version=int(self.version),
            address=router.address,
            secret=router._isp_get_secret("radius_secret"),
            interface=self.interface or "",
            coa_port=router.coa_port,
            interim_minutes=company.isp_interim_minutes,
            radius=tuple(
                routeros.Radius(s.name, s.host, s.auth_port, s.acct_port)
                for s in servers
            ),
            pools={pool.name: pool.ranges for pool in pools},
            isolated_ranges=isolated.ranges or "",
            odoo_addresses=tuple(dict.fromkeys(servers.mapped("odoo_address"))),
            billing_address=company.isp_billing_address or "",
            allowed=self._get_allowed(company),
            asks_radius=router.use_radius,
            ipv6=self.ipv6,
        )

    def _get_missing(self):
        missing = super()._get_missing()
        if "isolated" not in self.router_id.pool_ids.mapped("kind"):
            missing.append(
                self.env._(
                    "The router has no pool for isolated services: they keep their "
                    "address, and only the address list holds them back."
                )
            )
        return missing
