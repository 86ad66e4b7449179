from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        self.partner_id._isp_check_may_change()
        return super().action_grant_access()

    def action_revoke_access(self):
        self.partner_id._isp_check_may_change()
        return super().action_revoke_access()

    def action_invite_again(self):
        self.partner_id._isp_check_may_change()
        return super().action_invite_again()

    def _send_email(self):
        """Who has changed his address confirms it first: that mail is on its way. The
        link is his alone, so that nobody who invites him may read it."""
        if self.user_id.sudo()._isp_email_waits():
            return True
        return super(PortalWizardUser, self.sudo())._send_email()
