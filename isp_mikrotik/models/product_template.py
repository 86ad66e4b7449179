from odoo import models

from ..radius.attributes import Burst

PLAN_FIELDS = frozenset(
    {
        "isp_address_pool",
        "isp_burst_download_mbps",
        "isp_burst_seconds",
        "isp_burst_threshold_download_mbps",
        "isp_burst_threshold_upload_mbps",
        "isp_burst_upload_mbps",
        "isp_download_mbps",
        "isp_upload_mbps",
    }
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if PLAN_FIELDS & vals.keys():
            self.env["isp.service"]._sync_radius_where([("plan_id", "in", self.ids)])
        return result

    def _get_radius_burst(self):
        """Return the plan's Burst, None without one."""
        if not self.isp_burst_seconds or not self.isp_burst_download_mbps:
            return None
        return Burst(
            upload=self.isp_burst_upload_mbps,
            download=self.isp_burst_download_mbps,
            upload_threshold=self.isp_burst_threshold_upload_mbps,
            download_threshold=self.isp_burst_threshold_download_mbps,
            seconds=self.isp_burst_seconds,
        )
