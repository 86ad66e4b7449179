from odoo import api, models


class IspOutboxEntry(models.Model):
    """What a collector wrote at a door."""

    _inherit = "isp.outbox.entry"

    @api.model
    def _take_elsewhere(self, key, act, number, values, written_on):
        collector = self.env["isp.collector"]
        collector._take_from_phone(key, act, number, values, written_on)
