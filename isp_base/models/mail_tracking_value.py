from odoo import models


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def write(self, vals):
        self._isp_check_log()
        return super().write(vals)

    def unlink(self):
        self._isp_check_log()
        return super().unlink()

    def _isp_check_log(self):
        """What has changed from what to what is part of its line. An addon that is
        uninstalled takes along, in sudo, what is told of its fields."""
        if not self.env.su:
            self.sudo().mail_message_id._isp_get_log_lines()._isp_refuse()
