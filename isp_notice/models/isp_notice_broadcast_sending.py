from dataclasses import replace

from odoo import models

BROADCAST = "isp.notice.broadcast"


class IspNoticeMessage(models.Model):
    """Messages of a broadcast have its approved template, not that of their event."""

    _inherit = "isp.notice.message"

    def _get_words(self):
        words = super()._get_words()
        told = self.filtered(lambda message: message.res_model == BROADCAST)
        known = self.env[BROADCAST].browse(set(told.mapped("res_id"))).exists()
        by_id = {broadcast.id: broadcast for broadcast in known}
        none = known.browse()
        return words | {message: by_id.get(message.res_id, none) for message in told}

    def _prepare_outgoing(self):
        outgoing = super()._prepare_outgoing()
        about = {m.res_id for m in self if m.res_model == BROADCAST}
        if not about:
            return outgoing
        broadcasts = self.env[BROADCAST].browse(about).exists()
        names = {broadcast.id: broadcast.template_name for broadcast in broadcasts}
        return [
            replace(message, template=names.get(row.res_id) or None)
            if row.res_model == BROADCAST
            else message
            for row, message in zip(self, outgoing, strict=True)
        ]
