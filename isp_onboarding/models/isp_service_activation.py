from odoo import fields, models
from odoo.exceptions import AccessError

from .isp_service import STEP_ACTIVITY


class IspService(models.Model):
    """The last step: who may activate, and what must be signed before."""

    _inherit = "isp.service"

    def _check_may_activate(self):
        """Administrators, and the technicians of this installation."""
        self.check_access("read")
        visits = self.sudo().visit_id.with_env(self.env)
        mine = all(
            service.sudo().visit_id.kind == "installation" for service in self
        ) and all(visits.mapped("is_mine"))
        if not self._is_service_admin() and not mine:
            raise AccessError(
                self.env._(
                    "Only administrators and the technicians of this installation "
                    "activate the service."
                )
            )

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        visit = self.sudo().visit_id
        if not visit:  # of a service that others have brought this far
            return missing + self._get_missing(["visit_id"])
        return missing + visit._get_missing(
            ["customer_signature", "customer_signed_by", "technician_signature"]
        )

    def _activate(self, services):
        result = super()._activate(services)
        services._close_question(STEP_ACTIVITY)
        services.sudo().step_since = fields.Datetime.now()
        services.sudo().visit_id._attach_handover()
        services.sudo().visit_id._close_activities()
        services._close_requests(self.env._("The subscriber is active"))
        return result
