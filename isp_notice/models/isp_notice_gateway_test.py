from odoo import models
from odoo.exceptions import UserError

TEST = "number_test"


class IspNoticeGateway(models.Model):
    """A message to oneself, by a number that one is about to let go to subscribers."""

    _inherit = "isp.notice.gateway"

    def action_test(self):
        """Send a message to the phone of who presses it, by this number."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "active":
            raise UserError(
                self.env._(
                    "%(number)s does not send: start it first.", number=self.name
                )
            )
        person = self.env.user.partner_id.sudo()
        if not person._isp_get_notice_phone(self.company_id):
            raise UserError(
                self.env._("Write your phone number on your contact first.")
            )
        self._notify_subscriber(TEST)
        told = self.env["isp.notice.message"].sudo()
        about = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        # The subscriber's number may be another one; it is this one that is tried.
        told.search([*about, ("state", "=", "waiting")]).gateway_id = self
        self.sudo()._enqueue_sending()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It is on its way to your phone."),
            },
        }

    def _get_notice_person(self):
        return self.env.user.partner_id

    def _get_notice_email(self):
        return False

    def _get_notice_text(self, event):
        if event != TEST:
            return super()._get_notice_text(event)
        return self.env._(
            "This is a test of %(number)s by %(company)s: messages to subscribers "
            "arrive like this one.",
            number=self.name,
            company=self.company_id.name,
        )
