from odoo import models


class IspNoticeMixin(models.AbstractModel):
    _inherit = "isp.notice.mixin"

    def _notify_by_sms(self, notice, values):
        """Write the messages; the cron sends them once the transaction is through."""
        messages = self.env["isp.notice.message"]
        messages._write_messages(self, notice, "sms", values)._enqueue()
