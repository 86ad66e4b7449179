import logging
from datetime import timedelta

from odoo import api, fields, models

from .. import words
from ..gateways.text import clean

_logger = logging.getLogger(__name__)

# Of one phone; what is more is not even kept.
A_MINUTE, AN_HOUR = 10, 120
LATE = timedelta(minutes=60)  # what is delivered later is answered by a person
CONSENTS = {words.STOP: "no", words.START: "yes"}
LONGEST_TEXT = 4096


class IspNoticeIncoming(models.Model):
    """What somebody wrote to a number of ours, and what became of it."""

    _name = "isp.notice.incoming"
    _description = "Message that Came In"
    _order = "id desc"
    _rec_name = "text"

    conversation_id = fields.Many2one(
        "isp.notice.conversation",
        readonly=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="conversation_id.company_id", store=True)
    gateway_id = fields.Many2one(
        "isp.notice.gateway",
        "Number",
        readonly=True,
        ondelete="restrict",
        required=True,
    )
    provider_ref = fields.Char(readonly=True, groups=".")
    phone = fields.Char(readonly=True, required=True)
    date = fields.Datetime("At", readonly=True, required=True, index=True)
    written_on = fields.Datetime(
        readonly=True,
        help="When it was sent, as the provider says, who may deliver it hours later.",
    )
    kind = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    word = fields.Selection(
        [
            (words.BILL, "What he owes"),
            (words.STATUS, "How his line is"),
            (words.FAULT, "Something is broken"),
            (words.STOP, "Stop"),
            (words.START, "Start"),
            ("reply", "Answer to a question"),
            ("other", "For a person"),
        ],
        "Understood As",
        readonly=True,
    )
    service_ids = fields.Many2many(
        "isp.service", readonly=True, string="Services Told Of"
    )
    result = fields.Selection(
        [
            ("new", "Not read yet"),
            ("answered", "Answered"),
            ("asked", "Asked back"),
            ("person", "For a person"),
            ("silent", "Not answered: too many"),
        ],
        readonly=True,
        required=True,
        default="new",
    )
    message_id = fields.Many2one(
        "isp.notice.message", "Answer", readonly=True, ondelete="set null"
    )

    _once = models.UniqueIndex("(gateway_id, provider_ref)")
    _phone_idx = models.Index("(phone, date)")

    @api.model
    def _take(self, gateway, message):
        """Keep what came in, once, and have a job answer it; STOP and START hold at
        once, also for who writes too much.

        :param gateway: isp.notice.gateway in sudo
        :param message: gateways.Incoming
        """
        phone = (message.sender or message.chat or "")[:64]
        ref = (message.id or "")[:128]
        text = clean(message.text or "")
        if not phone or not ref or self._is_known(gateway, ref):
            return
        wish = words.understand(text)
        if wish and wish.word in CONSENTS:
            self._note_consent(gateway, message, CONSENTS[wish.word], text)
        if self._is_too_much(gateway, phone):
            _logger.info("%s: too many messages of one phone", gateway.name)
            return
        conversation = self.env["isp.notice.conversation"]._find_or_make(gateway, phone)
        self.create(
            {
                "conversation_id": conversation.id,
                "gateway_id": gateway.id,
                "provider_ref": ref,
                "phone": phone,
                "date": fields.Datetime.now(),
                "written_on": message.at or False,
                "kind": message.kind[:32],
                "text": text[:LONGEST_TEXT],
            }
        )
        conversation._enqueue_answer()
        _logger.info("%s: a message came in", gateway.name)

    def _is_late(self):
        """Whether it came so long after it was written that its answer would be of
        another moment."""
        self.ensure_one()
        return bool(self.written_on) and self.date - self.written_on > LATE

    @api.model
    def _is_known(self, gateway, ref):
        known = [("gateway_id", "=", gateway.id), ("provider_ref", "=", ref)]
        return bool(self.search_count(known, limit=1))

    @api.model
    def _is_too_much(self, gateway, phone):
        now = fields.Datetime.now()
        return any(
            self.search_count(
                [
                    ("phone", "=", phone),
                    ("company_id", "=", gateway.company_id.id),
                    ("date", ">", now - timedelta(minutes=minutes)),
                ],
                limit=most,
            )
            >= most
            for minutes, most in ((1, A_MINUTE), (60, AN_HOUR))
        )

    @api.model
    def _note_consent(self, gateway, message, consent, text):
        """What was said later holds, also when it was delivered earlier."""
        people = gateway._find_people(message.sender)
        changed = people.filtered(lambda p: p.isp_notice_consent != consent)
        if message.at and message.at < fields.Datetime.now() - LATE:
            changed = changed.filtered(
                lambda p: (p.isp_notice_consent_date or message.at) <= message.at
            )
        if changed:
            changed._isp_note_consent(
                consent, self.env._("WhatsApp: “%s”", text.strip())
            )
