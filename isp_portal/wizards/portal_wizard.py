from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def _send_email(self):
        """Who has changed his address confirms it first: that mail is on its way."""
        if self.user_id.sudo()._isp_email_waits():
            return True
        return super()._send_email()
