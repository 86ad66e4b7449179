from odoo import models


class IspService(models.Model):
    """Who takes a service over is invited to the portal, as every new subscriber."""

    _inherit = "isp.service"

    def _transfer(self, partner, new_password=False, **terms):
        super()._transfer(partner, new_password=new_password, **terms)
        self.sudo()._invite_to_portal()
