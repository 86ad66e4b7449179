from urllib.parse import urlsplit

from odoo import api, fields, models

from ..const import SECRET_GROUPS

HERE = {None, "", "localhost", "127.0.0.1"}  # no place that a router knows


class IspRouterScript(models.TransientModel):
    """The script to paste into a router. It holds the router's secret, so it is made
    for the one who looks at it and kept nowhere."""

    _name = "isp.router.script"
    _description = "Script for a Router"

    router_id = fields.Many2one("isp.router", required=True, ondelete="cascade")
    asks_radius = fields.Boolean(related="router_id.use_radius")
    script = fields.Text(compute="_compute_script", groups=SECRET_GROUPS)
    missing = fields.Text(compute="_compute_missing")

    @api.depends("router_id")
    def _compute_script(self):
        for wizard in self:
            wizard.script = wizard.router_id._render_script(wizard)

    def _get_servers(self):
        """Return the servers of the router's company and those of all, in sudo: their
        address and ports stand in the script, their secret does not."""
        return (
            self.env["isp.radius.server"]
            .sudo()
            .search([("company_id", "in", [False, self.router_id.company_id.id])])
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
                company.isp_billing_address,
                self.env._(
                    "No address of a billing page is set (Settings): isolated "
                    "subscribers see errors instead of a page that says why."
                ),
            ),
        )
        return [text for there, text in checks if not there]
