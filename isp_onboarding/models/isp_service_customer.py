from odoo import models
from odoo.tools import format_datetime

# How far each state has come among the steps that a subscriber is shown.
REACHED = {
    "draft": 0,
    "survey": 1,
    "account": 2,
    "product": 2,
    "installation": 3,
    "finalisation": 3,
    "active": 5,
}


class IspService(models.Model):
    """What the subscriber hears of his registration, and how far it is."""

    _inherit = "isp.service"

    def _activate(self, services):
        """Who was registered here hears that it is done."""
        registered = services.filtered(lambda service: service.state == "finalisation")
        result = super()._activate(services)
        registered._notify_subscriber("service_active")
        return result

    def _get_customer_steps(self):
        """Return the steps as ``isp_base.portal_steps`` shows them (list of dict); none
        where the registration has ended."""
        self.ensure_one()
        reached = REACHED.get(self.state)
        if reached is None:
            return []
        visits = self.work_order_ids.filtered(lambda order: not order.relocation_id)
        zone = self.company_id._get_isp_zone()
        since = format_datetime(self.env, self.create_date, zone, "d MMMM y")
        steps = [
            (self.env._("Registered"), since),
            (self.env._("Survey of the place"), visits._get_last_day("survey")),
            (self.env._("Your line is prepared"), ""),
            (self.env._("Installation"), visits._get_last_day("installation")),
            (self.env._("Online"), ""),
        ]
        return [
            {"text": text, "date": date, "note": "", "done": number < max(reached, 1)}
            for number, (text, date) in enumerate(steps)
        ]
