from urllib.parse import urlsplit

from odoo import api, fields, models

from ..const import SECRET_GROUPS
from ..script import routeros

HERE = {None, "", "localhost", "127.0.0.1"}  # no place that a router knows


class IspRouterScript(models.TransientModel):
    """The script to paste into a router. It holds the router's secret, so it is made
    for the one who looks at it and kept nowhere."""

    _name = "isp.router.script"
    _description = "Script for a Router"

    router_id = fields.Many2one("isp.router", required=True, ondelete="cascade")
    version = fields.Selection(
        [
            ("7", "RouterOS 7.15 and newer"),
            ("6", "RouterOS 6, or 7 before 7.15"),
        ],
        required=True,
        default="7",
    )
    asks_radius = fields.Boolean(related="router_id.use_radius")
    interface = fields.Char(
        "Interface of the Subscribers",
        required=True,
        default="bridge",
        help="Where their PPPoE comes in, as it is called on the router.",
    )
    script = fields.Text(compute="_compute_script", groups=SECRET_GROUPS)
    missing = fields.Text(compute="_compute_missing")

    @api.depends("router_id", "version", "interface")
    def _compute_script(self):
        for wizard in self:
            wizard.script = routeros.render(wizard._prepare_setup())

    def _prepare_setup(self):
        self.ensure_one()
        router, company = self.router_id, self.router_id.company_id
        servers = self._get_servers()
        pools = router.pool_ids.filtered(lambda pool: pool.kind != "fixed")
        isolated = pools.filtered(lambda pool: pool.kind == "isolated")
        return routeros.Setup(
            version=int(self.version),
            address=router.address,
            secret=router.radius_secret or "",
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
        )

    def _get_servers(self):
        return self.env["isp.radius.server"].search(
            [("company_id", "in", [False, self.router_id.company_id.id])]
        )

    def _get_allowed(self, company):
        """Return what isolated subscribers reach: the portal and what the company
        added to it."""
        portal = urlsplit(company.get_base_url()).hostname
        names = [portal, *(company.isp_isolated_hosts or "").split()]
        return tuple(dict.fromkeys(name for name in names if name not in HERE))

    @api.depends("router_id")
    def _compute_missing(self):
        for wizard in self:
            wizard.missing = "\n".join(wizard._get_missing())

    def _get_missing(self):
        """Return what should be filled in before the script is used (list of str)."""
        self.ensure_one()
        company, kinds = (
            self.router_id.company_id,
            self.router_id.pool_ids.mapped("kind"),
        )
        checks = (
            (
                not self.asks_radius or self._get_servers(),
                self.env._(
                    "There is no FreeRADIUS server: Network > FreeRADIUS Servers."
                ),
            ),
            (
                "dynamic" in kinds,
                self.env._("The router has no address pool that it hands out."),
            ),
            (
                "isolated" in kinds,
                self.env._(
                    "The router has no pool for isolated services: they keep their "
                    "address, and only the address list holds them back."
                ),
            ),
            (
                company.isp_billing_address,
                self.env._(
                    "No address of a billing page is set (Settings): isolated "
                    "subscribers see errors instead of a page that says why."
                ),
            ),
        )
        return [text for there, text in checks if not there]
