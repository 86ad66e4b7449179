from odoo import api, fields, models
from odoo.tools import file_path

from ..const import VENDOR
from ..radius import attributes
from ..script import routeros


class IspRouter(models.Model):
    _inherit = "isp.router"

    vendor = fields.Selection(
        selection_add=[(VENDOR, "MikroTik")], ondelete={VENDOR: "set null"}
    )
    require_message_auth = fields.Boolean(
        help="Ignore log-ins without Message-Authenticator. RouterOS 7.15 and newer "
        "sends it; older ones do not for PAP and CHAP.",
    )
    coa_port = fields.Integer(
        help="Where the router takes changes and disconnections: the port of "
        "/radius incoming.",
    )

    @api.model
    def _get_reply_items(self, vendor, line, policy):
        items = super()._get_reply_items(vendor, line, policy)
        if vendor == VENDOR:
            items = [*attributes.reply_items(line, policy), *items]
        return items

    @api.model
    def _get_changeable_items(self, vendor):
        names = super()._get_changeable_items(vendor)
        return names | attributes.CHANGEABLE if vendor == VENDOR else names

    @api.model
    def _get_dictionaries(self):
        path = file_path("isp_mikrotik/radius/dictionary")
        return [*super()._get_dictionaries(), path]

    def _describe_no_coa(self):
        if self.vendor != VENDOR:
            return super()._describe_no_coa()
        return self.env._(
            "No command reaches this router at %(address)s, port %(port)s: its "
            "sessions keep what they had. Look whether it is up, whether “/radius "
            "incoming” accepts on this port, whether Odoo's address stands under "
            "“/radius”, and whether both have the same secret. What is waiting is "
            "done by itself as soon as it answers.",
            address=self.address,
            port=self.coa_port,
        )

    def _render_script(self, options):
        if self.vendor != VENDOR:
            return super()._render_script(options)
        return routeros.render(options._prepare_setup())
