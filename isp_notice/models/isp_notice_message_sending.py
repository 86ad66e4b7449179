from datetime import timedelta

from odoo import fields, models

from ..gateways import (
    Outgoing,
    Refused,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
    language_of,
)

ORDER = ("sending", "sent", "delivered", "read")
DATES = {"sent": "date_sent", "delivered": "date_delivered", "read": "date_read"}
DELAYS = (1, 5, 15, 60, 180)  # minutes until the next try


class IspNoticeMessage(models.Model):
    """What becomes of a row."""

    _inherit = "isp.notice.message"

    def _enqueue(self) -> None:
        waiting = self.filtered(lambda m: m.state == "waiting")
        waiting.gateway_id.filtered(lambda g: g.state == "active")._enqueue_sending()

    def _prepare_outgoing(self):
        """Return what is handed to the provider, a gateways.Outgoing for each."""
        return [
            Outgoing(
                to=message.phone,
                text=message.text or "",
                template=message.event_id.template_name or None,
                language=language_of(message.lang),
                parameters=message.parameters or [],
                key=message.key,
            )
            for message in self
        ]

    def _refuse_unwanted(self):
        """Who has said STOP since it was written gets nothing."""
        stopped = self.filtered(lambda m: m.partner_id.isp_notice_consent == "no")
        stopped.write(
            {
                "state": "skipped",
                "reason": self.env._("The subscriber wants no messages."),
            }
        )
        stopped.filtered("next_on")._fall_back()

    def _get_words(self):
        """Return {message: what has its text and the name of its template}."""
        return {message: message.event_id for message in self}

    def _refuse_unfit(self):
        """What the provider has not approved in these words takes the next channel."""
        checked = self.filtered(
            lambda m: m.state == "waiting" and m.gateway_id._has_templates()
        )
        for message, words in checked._get_words().items():
            problem = message.gateway_id._find_template_problem(
                words, message.lang, len(message.parameters or [])
            )
            if problem:
                message._note_failed(problem)

    def _put_off_to_waking(self):
        """What would come at night comes in the morning."""
        now = fields.Datetime.now()
        for message in self.filtered(lambda m: not m.at_once):
            after = message.company_id._get_isp_waking(message.partner_id, now)
            if after > now:
                late = message.next_on and message.next_on + (after - now)
                message.write({"send_after": after, "next_on": late})

    def _note_result(self, result):
        """A status may have come before the answer, and says more."""
        self.ensure_one()
        if self.state != "sending":
            self.provider_ref = getattr(result, "id", False) or self.provider_ref
            return
        if isinstance(result, Sent) and not result.uncertain:
            self.write({"state": "sent", "provider_ref": result.id, "reason": False})
        elif isinstance(result, (Sent, Uncertain)):
            ref = getattr(result, "id", False)
            self.provider_ref = ref
            self._note_uncertain(
                self.env._("No answer came: ask the subscriber before you resend it.")
            )
        elif isinstance(result, Refused):
            self._note_failed(str(result))
        elif isinstance(result, Unreachable):
            self._note_not_sent(str(result))
        else:  # throttled, banned: nothing is wrong with the message
            self.write({"state": "waiting", "date_sent": False, "cost": 0})
        if isinstance(result, Throttled) and result.recipient_only:
            later = fields.Datetime.now() + timedelta(seconds=result.after)
            self.send_after = later

    def _note_uncertain(self, reason):
        self.write({"state": "uncertain", "reason": reason})

    def _note_failed(self, reason):
        self.write({"state": "failed", "reason": reason, "cost": 0})
        self.filtered("next_on")._fall_back()

    def _note_not_sent(self, reason):
        """Nothing has left: try again, later each time, and not for ever."""
        attempts = self.attempts + 1
        if attempts > len(DELAYS):
            self.write({"attempts": attempts})
            self._note_failed(reason)
            return
        delay = timedelta(minutes=DELAYS[attempts - 1])
        self.write(
            {
                "state": "waiting",
                "attempts": attempts,
                "reason": reason,
                "date_sent": False,
                "cost": 0,
                "send_after": fields.Datetime.now() + delay,
            }
        )

    def _take_status(self, state, moment, error):
        """Statuses come late, twice and in any order: none takes one back."""
        self.ensure_one()
        if state == "failed":
            if self.state in ("sending", "sent", "uncertain"):
                self._note_failed(error or self.env._("The provider says: failed."))
            return
        moment = moment or fields.Datetime.now()
        vals = {} if self[DATES[state]] else {DATES[state]: moment}
        known = self.state if self.state in ORDER else "sending"
        if ORDER.index(state) > ORDER.index(known) and self.state != "cancelled":
            vals.update(state=state, reason=False)
        if state != "sent":
            vals["next_on"] = False
        self.write(vals)
