from odoo import models


class IspReason(models.TransientModel):
    _inherit = "isp.reason"

    def _get_methods(self):
        return {**super()._get_methods(), "isp.taking": {"_void"}}
