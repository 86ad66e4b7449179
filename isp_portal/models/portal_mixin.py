from odoo import models


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        """A link that colleagues read too is signed in nobody's name."""
        if self.env.context.get("isp_sign_nobody"):
            signup_partner, pid = False, None
        return super()._get_share_url(redirect, signup_partner, pid, share_token)
