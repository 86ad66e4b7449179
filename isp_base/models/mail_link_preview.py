from odoo import models

from ..outside import leads_outside


class MailLinkPreview(models.Model):
    _inherit = "mail.link.preview"

    def _is_domain_thottled(self, url):
        """Never fetch what is not of the public internet."""
        return not leads_outside(url) or super()._is_domain_thottled(url)
