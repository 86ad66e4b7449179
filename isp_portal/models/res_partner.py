from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Look what becomes of the e-mail addresses of those who have an account."""
        accounts = self.sudo().user_ids.filtered("share")
        before = {user: user.email_normalized for user in accounts}
        result = super().write(vals)
        for user, email in before.items():
            if user.email_normalized != email:
                user.with_env(self.env)._isp_check_may_readdress()
                user._isp_readdressed(email)
        return result
