from odoo import api, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_signup_url(self):
        """The link by which a password is chosen is for whom it is mailed to: templates
        that a person renders or previews do not tell him that of another."""
        others = self.sudo().user_ids - self.env.user
        allowed = self.env.su or self.env.user.has_group("base.group_erp_manager")
        if others and not allowed:
            raise AccessError(
                self.env._("The link for a new password is mailed to its owner alone.")
            )
        return super()._get_signup_url()

    @api.private
    def signup_get_auth_param(self):
        """By RPC it would give that link's token to every employee."""
        return super().signup_get_auth_param()

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
