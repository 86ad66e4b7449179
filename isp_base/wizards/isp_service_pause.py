from odoo import fields, models


class IspServicePause(models.TransientModel):
    """Agrees on a pause of a running service."""

    _name = "isp.service.pause"
    _description = "Pause a Service"
    _inherit = ["isp.service.dialog.mixin"]

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env.company._get_isp_today(),
    )
    date_until = fields.Date("Until", required=True, help="The last day of the pause.")

    def action_apply(self):
        self.ensure_one()
        service = self.service_id
        service._pause(self.date_from, self.date_until, **self._get_terms())
        begun = service.is_paused
        service._notify_subscriber("pause_begun" if begun else "pause_planned")
        return {"type": "ir.actions.act_window_close"}

    def _get_terms(self):
        """Return the terms (dict) of `isp.service._pause` that addons ask for."""
        return {}
