from odoo import models
from odoo.fields import Domain


class IspBillingReminder(models.Model):
    _inherit = "isp.billing.reminder"

    def _get_reminded_domain(self):
        """The invoice of a repair is reminded of as those of its service are; as it
        has no schedule of its own, it isolates nothing."""
        repaired = Domain(
            "isp_ticket_id.isp_service_id.billing_schedule_id", "=", self.schedule_id.id
        )
        return super()._get_reminded_domain() | repaired
