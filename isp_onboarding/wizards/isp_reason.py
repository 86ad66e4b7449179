from odoo import models


class IspReason(models.TransientModel):
    _inherit = "isp.reason"

    def _get_methods(self):
        methods = super()._get_methods()
        orders = methods["isp.work.order"] | {"_correct_handover"}
        return {**methods, "isp.work.order": orders}
