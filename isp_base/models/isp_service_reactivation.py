from odoo import fields, models
from odoo.exceptions import UserError


class IspService(models.Model):
    """A terminated service that begins again: the same number, the same user name."""

    _inherit = "isp.service"

    def action_reactivate(self):
        self._reactivate()

    def _reactivate(self) -> None:
        """Let terminated services run again, as they were.

        :raises UserError: when the company's days for it are over
        """
        self._check_service_admin()
        self._check_states(["terminated"])
        services = self.sudo()
        services._bump_access_version()
        now = fields.Datetime.now()
        for service in services:
            days = service.company_id.isp_reactivation_days
            ended = service.date_terminated
            if not ended or now > fields.Datetime.add(ended, days=days):
                raise UserError(
                    self.env._(
                        "%(service)s ended more than %(days)s days ago. Register the "
                        "subscriber anew.",
                        service=service.name,
                        days=days,
                    )
                )
        services.write(
            {"state": "active", "date_terminated": False, "end_reason": False}
        )
        for service in services:
            service._get_planned_returns().action_cancel()
            service._end_dismantling(self.env._("The service runs again."))
            service._message_log(body=self.env._("Reactivated"))
        services._refresh_access()
        services._notify_subscriber("reactivated")
