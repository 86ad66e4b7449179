from odoo import models

from ..radius import schema


class IspRadiusStore(models.AbstractModel):
    """Makes the tables of FreeRADIUS when the addon is installed or updated."""

    _name = "isp.radius.store"
    _description = "Tables of FreeRADIUS"

    def init(self):
        schema.create(self.env.cr)
        schema.grant(self.env.cr, schema.role_name(self.env.cr.dbname))
