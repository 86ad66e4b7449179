from odoo import fields, models

from odoo.addons.isp_base.const import VISIT_GROUPS

from ..const import LEDGER_GROUPS

CONTACT_GROUPS = f"{VISIT_GROUPS},{LEDGER_GROUPS}"


class IspService(models.Model):
    """Whom one reminds and where his invoices go, accountants know too."""

    _inherit = "isp.service"

    phone = fields.Char(groups=CONTACT_GROUPS)
    phone_dialled = fields.Char(groups=CONTACT_GROUPS)
    email = fields.Char(groups=CONTACT_GROUPS)
    street = fields.Char(groups=CONTACT_GROUPS)
    street2 = fields.Char(groups=CONTACT_GROUPS)
    city = fields.Char(groups=CONTACT_GROUPS)
    zip = fields.Char(groups=CONTACT_GROUPS)
    full_address = fields.Char(groups=CONTACT_GROUPS)
    latitude = fields.Float(groups=CONTACT_GROUPS)
    longitude = fields.Float(groups=CONTACT_GROUPS)
    coordinates = fields.Char(groups=CONTACT_GROUPS)
    map_url = fields.Char(groups=CONTACT_GROUPS)
    note = fields.Text(groups=CONTACT_GROUPS)
