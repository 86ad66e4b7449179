# A seam is given what only those need who answer it.
# pylint: disable=unused-argument
from odoo import api, fields, models

VISITS_TOLD = 3


class IspService(models.Model):
    """What a subscriber is told who asks by a message from his phone: each addon says
    its part. isp_notice asks, in sudo, for services of the phone that wrote."""

    _inherit = "isp.service"

    def _describe_line_for_subscriber(self) -> list[str]:
        """Return how the line is: sentences in the language of the context.

        isp_notice asks. Addons add theirs by ``super()``, without addresses, names of
        devices or whatever else is for the office alone.
        """
        self.ensure_one()
        lines = [self._describe_access_for_subscriber()]
        visits = self.work_order_ids.filtered(
            lambda o: o.state == "scheduled" and o.planned_end >= fields.Datetime.now()
        ).sorted("planned_start")
        lines += [
            self.env._("Our visit is planned: %(time)s.", time=visit._get_visit_time())
            for visit in visits[:VISITS_TOLD]
        ]
        return lines

    def _describe_access_for_subscriber(self):
        if self.state in ("terminated", "cancelled"):
            return self.env._("This service has ended.")
        if self.state != "active":
            return self.env._("This service is not active yet.")
        if self.access == "isolated":
            return self.env._(
                "This service is isolated: %(reasons)s.",
                reasons=self.suspension_reasons,
            )
        return self.env._("This service is active.")

    def _describe_dues_for_subscriber(self) -> list[str]:
        """Return what the subscriber of these services has to pay, and where: sentences
        in the language of the context; none where nobody bills him.

        isp_notice asks; isp_billing answers.
        """
        return []

    def _report_fault(self, text: str) -> str | None:
        """Book a repair of this line for its subscriber; return what he is told, None
        where nobody books any: a person reads it then.

        isp_notice calls; isp_repair answers.

        :param text: what is wrong, in his words
        """
        self.ensure_one()

    @api.model
    def _get_places_to_tell(self) -> dict[str, tuple[str, list]]:
        """Return {key: (name, domain of its services)} of places beside area and POP,
        whose subscribers a broadcast may go to.

        isp_notice asks; isp_network answers with its routers.
        """
        return {}
