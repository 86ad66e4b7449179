from odoo import models

METHODS = {
    "helpdesk.ticket": {"_isp_close_without_invoice", "_isp_reopen"},
    "isp.work.order": {"_wait_for_customer", "_wait_for_parts"},
}


class IspReason(models.TransientModel):
    _inherit = "isp.reason"

    def _get_methods(self):
        methods = super()._get_methods()
        return {
            **methods,
            **{model: methods.get(model, set()) | METHODS[model] for model in METHODS},
        }
