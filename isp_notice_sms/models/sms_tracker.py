from odoo import fields, models


class SmsTracker(models.Model):
    """By which Odoo tells what became of a text message, at once and later."""

    _inherit = "sms.tracker"

    isp_notice_message_id = fields.Many2one(
        "isp.notice.message",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        for message in self.isp_notice_message_id:
            if sms_state == "error":
                reason = failure_reason or self._isp_get_failure_label(failure_type)
                message._take_sms_failure(failure_type, reason)
            else:
                message._take_sms_state(sms_state)
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, reason = result
        for message in self.isp_notice_message_id:
            message._take_sms_failure(
                failure_type, reason or self._isp_get_failure_label(failure_type)
            )
        return result

    def _isp_get_failure_label(self, failure_type):
        """Return in words why a text message failed."""
        types = self.env["mail.notification"]._fields["failure_type"]
        labels = dict(types._description_selection(self.env))
        return labels.get(failure_type) or failure_type
