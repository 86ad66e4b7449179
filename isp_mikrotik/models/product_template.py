from odoo import models

from odoo.addons.isp_network.radius.attributes import Line

from ..radius.attributes import rate_limit


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _isp_get_rate_limit(self, policy):
        """Return what RouterOS is told of the plan's speeds (str).

        :param policy: Policy of the company
        """
        line = Line(
            username="",
            password="",
            access="open",
            upload=self.isp_upload_mbps,
            download=self.isp_download_mbps,
            burst=self._isp_get_radius_burst(),
        )
        return rate_limit(line, policy)
