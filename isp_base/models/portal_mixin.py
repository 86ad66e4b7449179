from odoo import models


class PortalMixin(models.AbstractModel):
    """Who may read a record may have a link to it, where its token is not for him."""

    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        self.check_access("read")
        return super(PortalMixin, self.sudo())._portal_ensure_token()
