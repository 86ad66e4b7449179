import uuid

from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 20  # on the wire at once, and uncertain after the server was killed
CRON = "isp_notice_sms.isp_notice_sms_cron"
STATES = {"process": "sent", "pending": "sent", "sent": "delivered"}
# Whoever says this may have sent it.
IN_DOUBT = ("sms_server", "unknown")


class IspNoticeMessage(models.Model):
    """Odoo's text messages carry what leaves by SMS. Their own queue never has them: it
    sends again what was on the wire when the server was killed."""

    _inherit = "isp.notice.message"

    @api.model
    def _needs_number(self, channel):
        return channel != "sms" and super()._needs_number(channel)

    def _enqueue(self):
        result = super()._enqueue()
        if "sms" in self.mapped("channel"):
            self.env.ref(CRON)._trigger()
        return result

    def _prepare_resend_vals(self):
        vals = super()._prepare_resend_vals()
        if self.channel == "sms":
            vals["key"] = uuid.uuid4().hex
        return vals

    @api.model
    def _cron_send_sms(self):
        """Send what is due. Only one such job runs at a time, so that what is on the
        wire when it begins was left there by one that was killed."""
        left = self.search([("channel", "=", "sms"), ("state", "=", "sending")])
        for message in left:
            message._note_uncertain(
                self.env._("The server stopped while it was sent: ask the subscriber.")
            )
        crons = self.env["ir.cron"]
        time_left = crons._commit_progress(remaining=self._count_due_sms())
        while time_left and (rows := self._take_sms()):
            crons._commit_progress()
            rows._send_sms()
            time_left = crons._commit_progress(
                len(rows), remaining=self._count_due_sms()
            )

    @api.model
    def _get_due_sms_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("channel", "=", "sms")
            & Domain("state", "=", "waiting")
            & (Domain("send_after", "=", False) | Domain("send_after", "<=", now))
        )

    @api.model
    def _count_due_sms(self):
        return self.search_count(self._get_due_sms_domain())

    @api.model
    def _take_sms(self):
        """Return the next messages, noted as being on the wire, with their trackers."""
        taken, now = self.browse(), fields.Datetime.now()
        while not taken and (
            rows := self.search(
                self._get_due_sms_domain(), order="at_once desc, id", limit=BATCH
            )
        ):
            rows._wait_for_locks()
            rows._refuse_unwanted()
            rows._put_off_to_waking()
            taken = rows.filtered(
                lambda m: m.state == "waiting" and (m.send_after or now) <= now
            )
        taken.write({"state": "sending", "date_sent": now})
        self.env["sms.tracker"].sudo().create(
            [{"sms_uuid": row.key, "isp_notice_message_id": row.id} for row in taken]
        )
        return taken

    def _send_sms(self):
        """Hand these messages to Odoo's provider; the trackers hear what came of it."""
        for company, rows in self.grouped("company_id").items():
            texts = self.env["sms.sms"].sudo().with_company(company)
            texts = texts.create([row._prepare_sms_vals() for row in rows])
            texts._send(unlink_failed=True, unlink_sent=True)
        for row in self.filtered(lambda row: row.state == "sending"):
            row._note_uncertain(
                self.env._("No answer came: ask the subscriber before you resend it.")
            )

    def _prepare_sms_vals(self):
        self.ensure_one()
        return {
            "uuid": self.key,
            "number": f"+{self.phone}",
            "body": self.text,
            "partner_id": self.partner_id.id,
            "state": "process",  # Odoo's queue takes those that are "outgoing"
        }

    def _take_sms_state(self, state):
        """:param state: as of sms.sms"""
        if self.state == "sending" and state == "canceled":
            self._note_failed(self.env._("It was cancelled."))
        elif state in STATES:
            self._take_status(STATES[state], fields.Datetime.now(), "")

    def _take_sms_failure(self, failure_type, reason):
        """:param failure_type: as of sms.sms, or of mail.notification"""
        if failure_type in IN_DOUBT and self.state == "sending":
            self._note_uncertain(reason)
        else:
            self._take_status("failed", None, reason)
