from odoo import models


class IspNoticeGateway(models.Model):
    """What is written to a number of ours."""

    _inherit = "isp.notice.gateway"

    def _take_incoming(self, incoming):
        """Keep it, once; STOP and START hold at once, a job answers the rest.

        :param incoming: gateways.Incoming
        """
        self.ensure_one()
        self.env["isp.notice.incoming"].sudo()._take(self.sudo(), incoming)

    def _get_answer_hours(self) -> int:
        """Return for how many hours after he has written somebody may be answered in
        free words; 0: for ever. Conversations ask; a further provider answers by its
        class of gateways.
        """
        self.ensure_one()
        return self._get_gateway_classes()[self.provider].answer_hours
