from pathlib import Path

from odoo import api, fields, models

VENDOR = "cisco"
# The session has policy maps of these names, which the router knows; a CoA-Request
# may give it others (Cisco, "ISG RADIUS CoA Interface").
POLICY = "ip:sub-qos-policy-{}=isp-{:.0f}k"


class IspRouter(models.Model):
    _inherit = "isp.router"

    vendor = fields.Selection(
        selection_add=[(VENDOR, "Cisco")], ondelete={VENDOR: "set null"}
    )

    @api.model
    def _get_reply_items(self, vendor, line, policy):
        items = super()._get_reply_items(vendor, line, policy)
        return [*items, *_get_policies(line, policy)] if vendor == VENDOR else items

    @api.model
    def _get_changeable_items(self, vendor):
        names = super()._get_changeable_items(vendor)
        return names | {"Cisco-AVPair"} if vendor == VENDOR else names

    @api.model
    def _get_dictionaries(self):
        path = str(Path(__file__).with_name("dictionary"))
        return [*super()._get_dictionaries(), path]


def _get_policies(line, policy):
    speeds = {"in": line.upload, "out": line.download}
    if line.access == "isolated":
        speeds = dict.fromkeys(speeds, policy.isolated_mbps)
    return [
        ["Cisco-AVPair", "+=", POLICY.format(way, 1000 * mbps)]
        for way, mbps in speeds.items()
    ]
