import logging
import re
from datetime import timedelta

from markupsafe import escape

from odoo import SUPERUSER_ID, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.isp_base.jobs import WORK
from odoo.addons.isp_base.locks import lock_or_retry

from .. import words
from .isp_notice_conversation import ACTIVITY

_logger = logging.getLogger(__name__)

QUESTION_MINUTES = 30  # that a question waits for its answer
ANSWERS_AN_HOUR = 20  # by itself to one phone: who wants more is a robot, as we are
WELCOME_HOURS = 12  # until somebody is told again that a person will read it
DESCRIBED = 3  # services that are told of without asking which
ENDED = ("terminated", "cancelled")
NOTED = 1000  # characters of what he wrote in an activity


class IspNoticeConversation(models.Model):
    """Answers that nobody writes: TAGIHAN, STATUS, GANGGUAN, STOP, START.

    Nothing is told but of services whose subscriber has the phone that wrote: service
    numbers are printed on invoices, so they prove nothing.
    """

    _inherit = "isp.notice.conversation"

    def _enqueue_answer(self) -> None:
        """Each message has its own job: one that waits already may begin before this
        transaction is committed, and would see nothing of it."""
        for talk in self.with_user(SUPERUSER_ID):
            talk.with_delay(
                priority=WORK,
                description=self.env._("Answer a message"),
            )._answer_waiting()

    def _answer_waiting(self):
        """Answer what came in and was not read yet, in its order."""
        self.ensure_one()
        lock_or_retry(self)
        waiting = self.env["isp.notice.incoming"].search(
            [("conversation_id", "=", self.id), ("result", "=", "new")], order="id"
        )
        talk = self.with_company(self.company_id)
        talk = talk.with_context(lang=self._get_talk_lang())
        for incoming in waiting.with_env(talk.env):
            talk._answer_or_hand_over(incoming)

    def _answer_or_hand_over(self, incoming):
        """What goes wrong for one is for a person, and stops no other. A conflict with
        another transaction is not: all is done again."""
        try:
            with self.env.cr.savepoint():
                self._take_turn(incoming)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # pylint: disable=broad-except
            _logger.exception("A message could not be answered")
            self.env.invalidate_all()
            self._hand_over(incoming)

    def _take_turn(self, incoming):
        wish = words.understand(incoming.text or "")
        asked = self._get_question()
        event = self.env["isp.notice.event"]._get_event("answer")
        if not self._get_digits() or not event.active or incoming._is_late():
            incoming.word = wish.word if wish else "other"
            self._hand_over(incoming)
        elif wish and not (asked.get("question") == "fault" and wish.word == "fault"):
            incoming.word = wish.word
            self._forget()
            self._grant(incoming, wish.word, wish.number, wish.detail)
        elif asked:
            incoming.word = "reply"
            self._forget()
            self._take_reply(incoming, asked)
        else:
            incoming.word = "other"
            self._hand_over(incoming)

    def _grant(self, incoming, word, number="", detail="", services=None):
        """Do what he wants, or ask which service he means.

        :param services: isp.service that he has chosen; None: all of his phone
        """
        if word in (words.STOP, words.START):
            self._answer(incoming, self._get_consent_text(word), "answered")
            return
        known = self._find_services()
        if not known:
            self._hand_over(incoming, self._get_unknown_text())
            return
        meant = known if services is None else services & known
        if number:
            meant = meant.filtered(lambda s: _squeeze(s.name) == _squeeze(number))
        meant = meant if services is not None else self._choose(word, meant)
        if number and not meant:
            self._ask_service(incoming, word, detail, known, is_wrong=True)
        elif not meant:
            self._hand_over(incoming)
        elif services is None and self._is_choice_needed(word, meant):
            self._ask_service(incoming, word, detail, meant)
        else:
            getattr(self, f"_tell_{word}")(incoming, meant, detail)

    def _choose(self, word, services):
        """Return those of these services that such a wish can be about."""
        running = services.filtered(lambda s: s.state not in ENDED)
        if word == words.FAULT:
            return services.filtered(lambda s: s.state == "active")
        return (running or services) if word == words.STATUS else services

    def _is_choice_needed(self, word, services):
        if len(services) == 1:
            return False
        if word == words.FAULT or len(services.partner_id) > 1:
            return True
        return word == words.STATUS and len(services) > DESCRIBED

    def _tell_bill(self, incoming, services, _detail):
        lines = services._describe_dues_for_subscriber()
        if not lines:
            self._hand_over(incoming)
            return
        incoming.service_ids = services
        self._answer(incoming, "\n".join(lines), "answered")

    def _tell_status(self, incoming, services, _detail):
        incoming.service_ids = services
        text = "\n\n".join(self._describe(service) for service in services)
        self._answer(incoming, text, "answered")

    def _describe(self, service):
        lines = service._describe_line_for_subscriber()
        return "\n".join([f"*{service.name}* {service.plan_id.name or ''}", *lines])

    def _tell_fault(self, incoming, services, detail):
        incoming.service_ids = services
        if services.access == "isolated":
            self._answer(incoming, self._describe(services), "answered")
        elif not detail:
            text = self.env._("What is wrong? Please write it in one message.")
            question = {"question": "fault", "word": words.FAULT, "ids": services.ids}
            self._ask(incoming, text, question)
        elif told := services._report_fault(detail):
            self._answer(incoming, told, "answered")
        else:
            self._hand_over(incoming)

    # Questions

    def _get_question(self):
        """Return what he was asked and may still answer, or an empty dict."""
        oldest = fields.Datetime.now() - timedelta(minutes=QUESTION_MINUTES)
        is_fresh = self.asked_on and self.asked_on > oldest
        return (self.asked or {}) if is_fresh else {}

    def _forget(self):
        self.write({"asked": False, "asked_on": False})

    def _ask(self, incoming, text, question):
        self.write({"asked": question, "asked_on": fields.Datetime.now()})
        self._answer(incoming, text, "asked")

    def _ask_service(self, incoming, word, detail, services, is_wrong=False):
        lines = [
            f"{number}. {service.name} {service.plan_id.name or ''}".strip()
            for number, service in enumerate(services, 1)
        ]
        text = self.env._("Which service do you mean? Answer with its number:")
        if is_wrong:
            wrong = self.env._("This phone has no service of that number.")
            text = f"{wrong} {text}"
        question = {"question": "service", "word": word, "ids": services.ids}
        text = "\n".join([text, *lines])
        self._ask(incoming, text, {**question, "detail": detail})

    def _take_reply(self, incoming, asked):
        services = self.env["isp.service"].browse(asked["ids"]).exists()
        text = (incoming.text or "").strip()
        if asked["question"] == "fault":
            if text:
                self._grant(incoming, words.FAULT, detail=text, services=services)
            else:
                self._hand_over(incoming)
            return
        meant = self._find_meant(text, services)
        if meant:
            detail = asked.get("detail") or ""
            self._grant(incoming, asked["word"], detail=detail, services=meant)
        else:
            self._hand_over(incoming)

    def _find_meant(self, text, services):
        """Return the service that he chose among those that he was offered, or none."""
        short = re.fullmatch(r"\D{0,5}(\d{1,2})\D{0,5}", text)
        place = int(short[1]) if short else 0
        if 1 <= place <= len(services):
            return services[place - 1]
        number = _squeeze(words.find_number(text) or text)
        return services.filtered(lambda s: _squeeze(s.name) == number)

    # Words

    def _get_consent_text(self, word):
        if word == words.START:
            return self.env._("You get our messages again. Write STOP to end them.")
        return self.env._("You get no more messages from us. Write START to resume.")

    def _get_unknown_text(self):
        return self.env._(
            "We do not know this phone number yet. Please write your name and your "
            "service number: a colleague checks it and adds this phone to your service."
        )

    def _get_welcome_text(self):
        return self.env._(
            "Thank you, a colleague will answer you. By itself we answer: BILL (what "
            "is open), STATUS (your line), FAULT (something is broken), STOP."
        )

    # Sending

    def _answer(self, incoming, text, result):
        """Answer by itself, within what one phone is answered in an hour."""
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        lately = self.env["isp.notice.message"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("occasion", "=like", "incoming %"),
                ("create_date", ">", hour_ago),
            ],
            limit=ANSWERS_AN_HOUR,
        )
        if lately >= ANSWERS_AN_HOUR:
            incoming.result = "silent"
            self._wait_for_person(incoming)
            return
        sent = self._send_answer(text, f"incoming {incoming.id}")
        incoming.write({"result": result, "message_id": sent.id})

    def _hand_over(self, incoming, text=None):
        """A person reads it; who wrote is told so, not with each message."""
        now = fields.Datetime.now()
        told = self.told_on and self.told_on > now - timedelta(hours=WELCOME_HOURS)
        if self._get_digits() and not told:
            self.told_on = now
            event = self.env["isp.notice.event"]._get_event("answer")
            if event.active:
                self._answer(incoming, text or self._get_welcome_text(), "person")
        incoming.result = "person"
        self._wait_for_person(incoming)

    def _wait_for_person(self, incoming):
        self.state = "open"
        self._ask_person(
            ACTIVITY,
            "office",
            escape((incoming.text or f"[{incoming.kind}]")[:NOTED]),
            summary=self.env._("Somebody has written on WhatsApp"),
        )


def _squeeze(number):
    """A service number as people may write it."""
    return re.sub(r"[^0-9a-z]", "", (number or "").lower())
