import math
import uuid
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SHOWN = 50  # last messages of each direction
ACTIVITY = "mail.mail_activity_data_todo"
LONGEST_ANSWER = 4096


class IspNoticeConversation(models.Model):
    """Who writes to us from one phone: what he wrote, what was answered by itself, and
    what waits for somebody of the office."""

    _name = "isp.notice.conversation"
    _description = "Conversation on WhatsApp"
    _inherit = ["isp.notice.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_last desc, id desc"
    _rec_names_search = ["phone"]

    company_id = fields.Many2one("res.company", readonly=True, required=True)
    phone = fields.Char(readonly=True, required=True)
    gateway_id = fields.Many2one(
        "isp.notice.gateway",
        "Number",
        readonly=True,
        required=True,
        ondelete="restrict",
        help="The number of ours that he wrote to last.",
    )
    state = fields.Selection(
        [("open", "Waits for us"), ("done", "Nothing to do")],
        readonly=True,
        required=True,
        default="done",
        index=True,
    )
    date_last = fields.Datetime("Wrote Last", readonly=True, required=True)
    asked = fields.Json(readonly=True, groups=".")
    asked_on = fields.Datetime(readonly=True, groups=".")
    told_on = fields.Datetime(readonly=True, groups=".")
    incoming_ids = fields.One2many(
        "isp.notice.incoming", "conversation_id", "What He Wrote", readonly=True
    )
    last_text = fields.Char("Last Message", compute="_compute_last_text")
    partner_id = fields.Many2one(
        "res.partner", "Subscriber", compute="_compute_subscriber"
    )
    service_ids = fields.Many2many(
        "isp.service", string="Services of This Phone", compute="_compute_subscriber"
    )
    transcript = fields.Html("What Was Written", compute="_compute_transcript")
    answer = fields.Text(
        copy=False, help="What is sent to him on WhatsApp, by you, in his language."
    )

    _phone_uniq = models.UniqueIndex("(company_id, phone)")

    @api.depends("phone")
    def _compute_display_name(self):
        for talk in self:
            phone = f"+{talk.phone}" if (talk.phone or "").isdecimal() else talk.phone
            parts = [talk.partner_id.name, phone]
            talk.display_name = " ".join(part for part in parts if part)

    @api.depends("phone")
    def _compute_subscriber(self):
        people = self._map_people()
        services = self._map_services(people)
        for talk in self:
            talk.partner_id = people[talk] if len(people[talk]) == 1 else False
            talk.service_ids = services[talk]

    def _map_people(self):
        """Return {conversation: the partners in sudo of its company who have its
        phone}."""
        numbers = {talk: f"+{talk._get_digits()}" for talk in self}
        partners = self.env["res.partner"].sudo()
        found = partners.search([("phone_sanitized", "in", list(numbers.values()))])
        found = found.grouped("phone_sanitized")
        no_company = self.env["res.company"]
        return {
            talk: found.get(number, partners).filtered(
                lambda p, talk=talk: p.company_id in (no_company, talk.company_id)
            )
            for talk, number in numbers.items()
        }

    def _map_services(self, people):
        """Return {conversation: the services (in sudo) whose subscriber has its phone}:
        of nobody else anything is told.

        :param people: see ``_map_people``
        """
        services = self.env["isp.service"].sudo()
        holders = self.env["res.partner"].concat(*people.values())
        found = services.search(
            [("partner_id", "in", holders.ids), ("state", "!=", "cancelled")],
            order="id",
        )
        return {
            talk: found.filtered(
                lambda s, talk=talk: (
                    s.partner_id in people[talk] and s.company_id == talk.company_id
                )
            )
            for talk in self
        }

    def _find_services(self):
        """Return the services (in sudo) whose subscriber has this phone."""
        self.ensure_one()
        return self._map_services(self._map_people())[self]

    @api.depends("incoming_ids.text")
    def _compute_last_text(self):
        incoming = self.env["isp.notice.incoming"]
        last = dict(
            incoming._read_group(
                [("conversation_id", "in", self.ids)], ["conversation_id"], ["id:max"]
            )
        )
        texts = {i.conversation_id: i.text for i in incoming.browse(last.values())}
        for talk in self:
            talk.last_text = (texts.get(talk._origin) or "")[:120]

    def _compute_transcript(self):
        messages = self.env["isp.notice.message"].sudo()
        for talk in self:
            came = talk.sudo().incoming_ids.sorted("id")[-SHOWN:]
            ours = [("res_model", "=", self._name), ("res_id", "=", talk.id)]
            sent = messages.search(ours, order="id desc", limit=SHOWN)
            asked = {f"incoming {i.id}": (i.date, i.id, 1) for i in came}
            rows = [
                ((i.date, i.id, 0), "in", i.date, i.text or f"[{i.kind}]", "")
                for i in came
            ]
            labels = dict(sent._fields["state"]._description_selection(self.env))
            rows += [
                (
                    asked.get(m.occasion, (m.create_date, math.inf, m.id)),
                    *("out", m.create_date, m.text or "", labels[m.state]),
                )
                for m in sent
            ]
            talk.transcript = Markup("").join(
                talk._render_line(*row[1:]) for row in sorted(rows, key=lambda r: r[0])
            )

    def _render_line(self, direction, date, text, state):
        local = fields.Datetime.context_timestamp(self, date)
        return Markup(
            '<div class="d-flex justify-content-{side} mb-2">'
            '<div class="rounded p-2 {color}" style="max-width: 80%">{text}'
            '<div class="text-muted small">{when} {state}</div></div></div>'
        ).format(
            side="end" if direction == "out" else "start",
            color="bg-success-subtle" if direction == "out" else "bg-200",
            text=Markup("<br/>").join(escape(text).split("\n")),
            when=local.strftime("%d.%m. %H:%M"),
            state=state,
        )

    @api.model
    def _find_or_make(self, gateway, phone):
        """Return the conversation (in sudo) with a phone, noted as being live."""
        now = fields.Datetime.now()
        self.env.flush_all()
        ((talk_id,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO isp_notice_conversation
                    (company_id, phone, gateway_id, state, date_last,
                     create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, 'done', %s, %s, %s, %s, %s)
                ON CONFLICT (company_id, phone)
                DO UPDATE SET gateway_id = EXCLUDED.gateway_id, date_last = %s
                RETURNING id""",
                *(gateway.company_id.id, phone, gateway.id, now),
                *(self.env.uid, self.env.uid, now, now, now),
            )
        )
        talk = self.sudo().browse(talk_id)
        talk.invalidate_recordset(["gateway_id", "date_last"])
        return talk

    def _get_digits(self):
        self.ensure_one()
        return self.phone if (self.phone or "").isdecimal() else ""

    # The office

    def action_answer(self):
        """Send what is written in the answer, on WhatsApp."""
        self.ensure_one()
        self.check_access("write")
        text = (self.answer or "").strip()
        if not text:
            raise UserError(self.env._("Write your answer first."))
        if len(text) > LONGEST_ANSWER:
            raise UserError(
                self.env._(
                    "Please shorten it to %(most)s letters.", most=LONGEST_ANSWER
                )
            )
        talk = self.sudo()
        talk._check_window()
        talk._send_answer(text, f"office {uuid.uuid4().hex}")
        talk.answer = False
        talk._set_done()

    def action_done(self):
        """There is nothing to answer."""
        self.check_access("write")
        self.sudo()._set_done()

    def _set_done(self):
        self.state = "done"
        self._close_question(ACTIVITY)

    def _check_window(self):
        """:raises UserError: when his provider delivers nothing any more that is no
        approved template"""
        self.ensure_one()
        if not self._get_digits():
            raise UserError(
                self.env._(
                    "WhatsApp hides his number: answer from the phone, or call him."
                )
            )
        if self.gateway_id.state != "active":
            raise UserError(
                self.env._(
                    "%(number)s does not send: start it first.",
                    number=self.gateway_id.name,
                )
            )
        hours = self.gateway_id._get_answer_hours()
        late = fields.Datetime.now() - timedelta(hours=hours or 0)
        if hours and self.date_last < late:
            raise UserError(
                self.env._(
                    "He wrote more than %(hours)d hours ago: WhatsApp delivers answers "
                    "no longer. Please call him.",
                    hours=hours,
                )
            )

    # Answers

    def _get_notice_person(self):
        return self.partner_id

    def _get_notice_email(self):
        return False

    def _get_talk_lang(self):
        person = self.partner_id or self._find_services().partner_id[:1]
        return person.lang or self.company_id.partner_id.lang or self.env.lang

    def _send_answer(self, text, occasion):
        """Write an answer into the outbox; return it (isp.notice.message in sudo)."""
        self.ensure_one()
        messages = self.env["isp.notice.message"].sudo()
        event = self.env["isp.notice.event"]._get_event("answer")
        talk = self.with_context(isp_notice_occasion=occasion)
        row = messages._prepare_row(
            *(talk, event, "whatsapp", {}),
            text=text,
            parameters=[],
            pool=self.gateway_id,
        )
        row.update(
            phone=self._get_digits(),
            gateway_id=self.gateway_id.id,
            service_id=None,
            state="waiting",
            reason=None,
            at_once=True,
            send_after=None,
            next_on=None,
        )
        sent = messages.browse(messages._insert([row]))
        sent._enqueue()
        return sent
