# The addons of brands use them:
# pylint: disable=unused-argument
from odoo import api, fields, models

from ..radius import attributes


class IspRouter(models.Model):
    """What differs from one brand of routers to the next.

    An addon for a brand adds it to ``vendor`` and overrides these methods: each calls
    ``super()`` and adds what is its own where the vendor is its own. Without a vendor a
    router gets what the RFCs say, which every NAS understands.
    """

    _inherit = "isp.router"

    vendor = fields.Selection(
        selection=[],
        tracking=True,
        default=lambda self: self._get_default_vendor(),
        help="Decides in which attributes RADIUS tells it speed and isolation. Empty: "
        "only those that all routers understand.",
    )

    @api.model
    def _get_default_vendor(self) -> str | bool:
        """Return the vendor (str) where there is a single one; else False."""
        vendors = self._fields["vendor"].get_values(self.env)
        return vendors[0] if len(vendors) == 1 else False

    @api.model
    def _get_radius_vendors(self) -> list[str]:
        """Return the vendors of the routers that ask RADIUS, that of the oldest router
        first; "" stands for none."""
        groups = (
            self.sudo()
            .with_context(active_test=True)
            ._read_group([("use_radius", "=", True)], ["vendor"], order="id:min")
        )
        vendors = [vendor or "" for (vendor,) in groups]
        return vendors or [self._get_default_vendor() or ""]

    @api.model
    def _get_reply_items(
        self, vendor: str, line: attributes.Line, policy: attributes.Policy
    ) -> list[list[str]]:
        """Return what a session gets from a router of this vendor.

        Called for each service and vendor whenever one of its values has changed, so it
        asks the database nothing.

        :return: [[attribute, operator, value]] as rlm_sql of FreeRADIUS takes them
        """
        return attributes.reply_items(line, policy)

    @api.model
    def _get_changeable_items(self, vendor: str) -> frozenset[str]:
        """Return the names of those reply items that a CoA-Request may change in a
        running session; a change of any other closes the session."""
        return attributes.CHANGEABLE

    def _prepare_coa(self, kind: str, session: dict) -> dict[str, list]:
        """Return the attributes of a command to this router: which session is meant,
        and what it is to have.

        :param kind: "change" (CoA-Request) or "disconnect" (Disconnect-Request)
        :param session: dict with ``username``, ``session_id`` and ``address``, as they
            came from the router; for a change ``wanted_items``, the reply items
        :return: {attribute: values}
        """
        self.ensure_one()
        values = {
            "User-Name": session["username"],
            "Acct-Session-Id": session["session_id"],
            "Framed-IP-Address": session["address"],
        }
        prepared = {name: [value] for name, value in values.items() if value}
        if kind == "change":
            changeable = self._get_changeable_items(self.vendor or "")
            for name, _operator, value in session["wanted_items"]:
                if name in changeable:
                    prepared.setdefault(name, []).append(value)
        return prepared

    def _describe_no_coa(self) -> str:
        """Return in words, for a person, what to look at where no command reaches this
        router."""
        self.ensure_one()
        return self.env._(
            "No command reaches this router at %(address)s, port %(port)s: its "
            "sessions keep what they had. Look whether it is up, whether it takes "
            "commands on this port and from Odoo's address, and whether both have the "
            "same secret. What is waiting is done by itself as soon as it answers.",
            address=self.address,
            port=self.coa_port,
        )

    def _render_script(self, options) -> str:
        """Return the script to paste into this router; "" where its brand has none.

        :param options: isp.router.script, what the person who asks for it has chosen
        """
        self.ensure_one()
        return ""

    def action_script(self):
        """Show what to paste into the router, and explain it."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_network.isp_router_script_action"
        )
        return {**action, "context": {"default_router_id": self.id}}

    @api.model
    def _get_dictionaries(self) -> list[str]:
        """Return the paths of the files that define the vendors' RADIUS attributes, in
        FreeRADIUS's format, beside that of the RFCs."""
        return []
