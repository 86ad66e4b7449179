from dataclasses import replace

from odoo import models

BROADCAST = "isp.notice.broadcast"


class IspNoticeMessage(models.Model):
    """Messages of a broadcast have its approved template, not that of their event."""

    _inherit = "isp.notice.message"

    def _prepare_outgoing(self):
        outgoing = super()._prepare_outgoing()
        if self.res_model != BROADCAST:
            return outgoing
        broadcast = self.env[BROADCAST].browse(self.res_id).exists()
        return replace(outgoing, template=broadcast.template_name or None)
