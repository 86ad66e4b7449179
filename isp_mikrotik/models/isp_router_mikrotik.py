from odoo import api, fields, models
from odoo.tools import file_path

from ..radius import mikrotik

VENDOR = "mikrotik"


class IspRouter(models.Model):
    _inherit = "isp.router"

    vendor = fields.Selection(
        selection_add=[(VENDOR, "MikroTik")], ondelete={VENDOR: "set null"}
    )

    @api.model
    def _get_reply_items(self, vendor, line, policy):
        items = super()._get_reply_items(vendor, line, policy)
        if vendor == VENDOR:
            items = [*mikrotik.reply_items(line, policy), *items]
        return items

    @api.model
    def _get_changeable_items(self, vendor):
        names = super()._get_changeable_items(vendor)
        return names | mikrotik.CHANGEABLE if vendor == VENDOR else names

    @api.model
    def _get_dictionaries(self):
        path = file_path("isp_mikrotik/radius/dictionary.mikrotik")
        return [*super()._get_dictionaries(), path]
