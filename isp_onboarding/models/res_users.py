from odoo import fields, models

from odoo.addons.isp_base.const import VISIT_GROUPS


class ResUsers(models.Model):
    _inherit = "res.users"

    isp_reads_handovers = fields.Boolean(
        "Reads Handover Records", compute="_compute_isp_reads_handovers"
    )

    def _compute_isp_reads_handovers(self):
        """Those who talk to the subscriber or go there. A record rule asks for this."""
        for user in self:
            user.isp_reads_handovers = user.has_groups(VISIT_GROUPS)
