from odoo import fields, models

from ..const import LEDGER_GROUPS


class ResPartner(models.Model):
    _inherit = "res.partner"

    isp_never_isolate = fields.Boolean(
        "Never Isolate",
        groups=LEDGER_GROUPS,
        help="Is reminded, but not isolated for being overdue.",
    )
