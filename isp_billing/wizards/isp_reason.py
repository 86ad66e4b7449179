from odoo import fields, models


class IspReason(models.TransientModel):
    _inherit = "isp.reason"

    preview = fields.Html(
        "Last Invoice", readonly=True, default=lambda self: self._default_preview()
    )

    def _get_methods(self):
        return {
            **super()._get_methods(),
            "isp.payment.confirmation": {"_reject"},
            "isp.late.fee": {"_waive"},
        }

    def _default_preview(self):
        context = self.env.context
        if (context.get("active_model"), context.get("default_method")) != (
            "isp.service",
            "_terminate",
        ):
            return False
        services = self.env["isp.service"].browse(context.get("active_ids"))
        return services._render_last_invoice()
