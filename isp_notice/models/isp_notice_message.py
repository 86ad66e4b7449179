import urllib.parse

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.isp_base.locks import lock_or_retry

STATES = [
    ("waiting", "Waiting"),
    ("sending", "On the Wire"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("read", "Read"),
    ("failed", "Failed"),
    ("skipped", "Skipped"),
    ("uncertain", "Uncertain"),
    ("cancelled", "Cancelled"),
]
ARRIVED = ("delivered", "read")
AGAIN = ("failed", "skipped", "uncertain", "cancelled")


class IspNoticeMessage(models.Model):
    """The outbox: one row for each event, record, person and channel, written in the
    transaction of its cause. Its own methods alone move it."""

    _name = "isp.notice.message"
    _description = "Message to a Subscriber"
    _order = "id desc"
    _rec_name = "event_id"

    event_id = fields.Many2one(
        "isp.notice.event",
        "Notice",
        readonly=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    channel = fields.Selection(
        selection=lambda self: (
            self.env["isp.notice.step"]
            ._fields["channel"]
            ._description_selection(self.env)
        ),
        readonly=True,
        required=True,
    )
    res_model = fields.Char("About (model)", readonly=True, required=True)
    res_id = fields.Many2oneReference(
        "About", model_field="res_model", readonly=True, required=True
    )
    occasion = fields.Char(
        readonly=True,
        required=True,
        help="What makes it another one than an earlier notice of the same event about "
        "the same record.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Subscriber", readonly=True, index=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "isp.service", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    phone = fields.Char(readonly=True, help="Digits with the country's code.")
    lang = fields.Char("Language", readonly=True)
    text = fields.Text("Message", readonly=True)
    parameters = fields.Json(readonly=True, groups=".")
    given = fields.Json(readonly=True, groups=".")
    key = fields.Char(readonly=True, required=True, groups=".")
    gateway_id = fields.Many2one(
        "isp.notice.gateway", "Number", readonly=True, ondelete="set null"
    )
    provider_ref = fields.Char("Provider's Reference", readonly=True)
    provider_alias = fields.Char(readonly=True, groups=".")
    state = fields.Selection(
        STATES, "Status", readonly=True, required=True, default="waiting"
    )
    reason = fields.Char(readonly=True)
    is_stopped = fields.Boolean(
        "Taken Back with Its Broadcast", readonly=True, groups="."
    )
    attempts = fields.Integer(readonly=True)
    at_once = fields.Boolean(readonly=True)
    send_after = fields.Datetime("Not Before", readonly=True)
    next_on = fields.Datetime(
        "Next Channel On",
        readonly=True,
        index="btree_not_null",
        help="When it has not arrived until then, the next channel is taken.",
    )
    cost = fields.Float(
        readonly=True, help="Price of a message of its number when it was sent."
    )
    date_sent = fields.Datetime("Sent On", readonly=True)
    date_delivered = fields.Datetime("Delivered On", readonly=True)
    date_read = fields.Datetime("Read On", readonly=True)
    sent_by_id = fields.Many2one("res.users", "Sent by Hand by", readonly=True)
    is_by_hand = fields.Boolean("To Send by Hand", compute="_compute_is_by_hand")

    _once = models.UniqueIndex(
        "(event_id, res_model, res_id, COALESCE(partner_id, 0), channel, occasion)",
        "This was told already.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _waiting_idx = models.Index(
        "(gateway_id, send_after) WHERE state IN ('waiting', 'sending')"
    )
    _sent_idx = models.Index("(gateway_id, date_sent) WHERE date_sent IS NOT NULL")
    _alias_idx = models.Index(
        "(gateway_id, provider_alias) WHERE provider_alias IS NOT NULL"
    )
    _key_idx = models.Index("(key)")
    _ref_idx = models.Index("(gateway_id, provider_ref) WHERE provider_ref IS NOT NULL")

    @api.depends("state", "channel", "gateway_id")
    def _compute_is_by_hand(self):
        for message in self:
            message.is_by_hand = (
                message.state == "waiting"
                and message.channel == "whatsapp"
                and not message.gateway_id
            )

    def _check_may_send(self):
        """:raises AccessError: for anyone but administrators of services"""
        self.check_access("read")
        if not self.env.user.has_group("isp_base.isp_base_group_admin"):
            raise AccessError(
                self.env._("Only administrators of internet services may do this.")
            )

    def _wait_for_locks(self):
        """Have these rows for this transaction alone, and read them anew."""
        lock_or_retry(self)
        self.invalidate_recordset()

    def _lock_in(self, states):
        """Have these rows for this transaction alone.

        :raises UserError: when one has another state meanwhile
        """
        self._wait_for_locks()
        for message in self.filtered(lambda m: m.state not in states):
            labels = dict(message._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The message to %(name)s is “%(state)s”: this cannot be done any "
                    "more.",
                    name=message.partner_id.display_name,
                    state=labels[message.state],
                )
            )

    def action_resend(self):
        """Send it once more: a person has looked whether it did not arrive."""
        self._check_may_send()
        messages = self.sudo()
        by_hand = messages.filtered("sent_by_id")
        (messages - by_hand)._lock_in(AGAIN)
        by_hand._lock_in(("sent",))
        if messages.filtered(lambda message: message.channel == "email"):
            raise UserError(
                self.env._(
                    "An e-mail is sent again from the conversation of the record."
                )
            )
        for message in messages:
            message.write(message._prepare_resend_vals())
        messages._enqueue()

    def _prepare_resend_vals(self):
        self.ensure_one()
        person = self.partner_id
        phone = person._isp_get_notice_phone(self.company_id)
        gateways = self.env["isp.notice.gateway"]
        problem = self._find_obstacle(person, self.channel, phone)
        if problem:
            raise UserError(problem)
        if self._needs_number(self.channel):
            gateways = gateways._choose(self.company_id, person)
        return {
            "state": "waiting",
            "reason": False,
            "phone": phone,
            "gateway_id": gateways.id,
            "attempts": 0,
            "send_after": False,
            "sent_by_id": False,
            "provider_ref": False,
        }

    def action_cancel(self):
        self._check_may_send()
        messages = self.sudo()
        messages._lock_in(("waiting",))
        if messages.filtered(lambda message: message.channel == "email"):
            raise UserError(self.env._("The e-mail is in the queue of e-mails."))
        messages.write(
            {
                "state": "cancelled",
                "reason": self.env._("Cancelled by %s", self.env.user.name),
                "next_on": False,
            }
        )

    def action_send_by_hand(self):
        """Open WhatsApp with the text ready, for who presses it to send."""
        self.ensure_one()
        self._check_may_send()
        message = self.sudo()
        message._lock_in(("waiting",))
        if not message.is_by_hand:
            raise UserError(self.env._("A number of yours sends this message itself."))
        message.write(
            {
                "state": "sent",
                "date_sent": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "next_on": False,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/{message.phone}?text="
            + urllib.parse.quote(message.text or ""),
            "target": "new",
        }

    def action_open_record(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("What it was about is not there any more."))
        return record.get_formview_action()

    # By the next channel

    @api.model
    def _cron_fall_back(self):
        """Take the next channel for what has not arrived in time; each once."""
        due = self.sudo().search(
            [("next_on", "<=", fields.Datetime.now())], order="id", limit=1000
        )
        due._fall_back()

    def _fall_back(self) -> None:
        """Take the next channel of those of these messages that have one."""
        for message in self:
            step = message.event_id._get_next_step(message.channel)
            message.next_on = False
            record = self.env[message.res_model].browse(message.res_id).exists()
            if not step or not record or message._has_arrived():
                continue
            if message.state == "waiting" and message.channel != "email":
                message.write(
                    {
                        "state": "cancelled",
                        "reason": self.env._("The next channel was taken."),
                    }
                )
            record = record.with_context(isp_notice_occasion=message.occasion)
            values = message._read_given()
            getattr(record, f"_notify_by_{step.channel}")(message.event_id, values)

    def _has_arrived(self):
        """Whether it is as far as its channel tells."""
        self.ensure_one()
        if self.channel == "email" or self.sent_by_id:
            return self.state == "sent"
        return self.state in ARRIVED

    def _read_given(self):
        """Return the values that the notice was given, for another channel."""
        values = dict(self.given or {})
        if "template" in values:
            template = self.env["mail.template"].browse(values["template"]).exists()
            values["template"] = template
        return {name: value for name, value in values.items() if value}

    # E-mails: Odoo's queue sends them

    @api.model
    def _note_mails(self, mails, failure):
        """Note that these e-mails (mail.mail) were sent, or why they were not."""
        now = fields.Datetime.now()
        for mail in mails.filtered("res_id"):
            told = self.sudo().search(
                [
                    ("res_model", "=", mail.model),
                    ("res_id", "=", mail.res_id),
                    ("channel", "=", "email"),
                    ("state", "in", ("waiting", "failed")),
                ],
                order="state DESC, id",  # waiting before failed
                limit=1,
            )
            if failure:
                told.write({"state": "failed", "reason": failure})
            else:
                told.write(
                    {
                        "state": "sent",
                        "reason": False,
                        "date_sent": now,
                        "next_on": False,
                    }
                )
