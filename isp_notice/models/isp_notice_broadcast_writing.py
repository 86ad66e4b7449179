import re
import uuid
from itertools import count

from odoo import models
from odoo.fields import Domain

from odoo.addons.isp_base.jobs import WORK
from odoo.addons.isp_base.locks import lock_or_retry
from odoo.addons.queue_job.job import identity_exact

BATCH = 200  # services of one job
MARK = re.compile(r"\{name\}|\{number\}")


class IspNoticeBroadcast(models.Model):
    """Its rows in the outbox, written by jobs: killed anywhere, the next job writes
    what is missing and nothing twice."""

    _inherit = "isp.notice.broadcast"

    def _enqueue_batch(self, after) -> None:
        self.with_delay(
            priority=WORK,
            identity_key=identity_exact,
            description=self.env._("Write the broadcast %s", self.name),
        )._write_batch(after)

    def _write_batch(self, after):
        """Write the rows of the next services.

        :param after: id of the last service of the batch before
        """
        self.ensure_one()
        lock_or_retry(self)
        self.invalidate_recordset(["state"])
        if self.state != "running":
            return
        domain = self._get_audience_domain() & Domain("id", ">", after)
        services = self.env["isp.service"].sudo()
        batch = services.search(domain, order="id", limit=BATCH)
        self._write_messages_to(batch)
        if len(batch) == BATCH:
            self._enqueue_batch(batch[-1].id)
        else:
            self.state = "done"

    def _write_messages_to(self, services):
        """Write a message to each phone of their subscribers that has none yet."""
        messages = self.env["isp.notice.message"].sudo()
        known = [*self._get_message_domain(), ("occasion", "=", "all")]
        told = {phone for (phone,) in messages._read_group(known, ["phone"])}
        rows, pool = [], self._get_pool()
        for service in services:
            person = service.partner_id
            phone = person._isp_get_notice_phone(self.company_id)
            if phone and phone not in told and self._is_wanted_by(person):
                told.add(phone)
                rows.append(self._prepare_message(service, person, "all", pool))
        messages.browse(messages._insert(rows))._enqueue()

    def _get_pool(self):
        pools = self.env["isp.notice.gateway"]._get_pools(self.company_id)
        return pools[self.company_id]

    def _get_text_in(self, lang):
        return self.with_context(lang=lang).text or self.text or ""

    def _number_text(self, lang):
        """Return the words in a language, with {{1}}, {{2}}, … for their values."""
        numbers = count(1)
        return MARK.sub(
            lambda _found: f"{{{{{next(numbers)}}}}}", self._get_text_in(lang)
        )

    def _prepare_message(self, service, person, occasion, pool):
        """Return the row of a message to a person about his service, or about none.

        :param pool: numbers of which one sends it
        """
        event = self.env.ref("isp_notice.isp_notice_broadcast").sudo()
        about = (service or self).with_context(isp_notice_occasion=occasion)
        messages = self.env["isp.notice.message"].sudo()
        lang = person.lang or self.company_id.partner_id.lang or "en_US"
        words = self._get_text_in(lang)
        values = {"{name}": person.name or "", "{number}": service.name or ""}
        text = MARK.sub(lambda found: values[found[0]], words)
        row = messages._prepare_row(
            *(about, event, "whatsapp", {}),
            text=text,
            parameters=[values[mark] for mark in MARK.findall(words)],
            pool=pool,
        )
        return {
            **row,
            "res_model": self._name,
            "res_id": self.id,
            "partner_id": person.id,
            "lang": lang,
            "text": text,
            "next_on": None,
        }

    def _write_test(self, person):
        services, pool = self.env["isp.service"], self._get_pool()
        occasion = f"test {uuid.uuid4().hex}"
        row = self._prepare_message(services, person, occasion, pool)
        row.update(
            phone=person._isp_get_notice_phone(self.company_id),
            gateway_id=pool._choose_for(person).id,
            state="waiting",
            reason=None,
            at_once=True,
            send_after=None,
        )
        messages = self.env["isp.notice.message"].sudo()
        messages.browse(messages._insert([row]))._enqueue()

    def _cancel_waiting(self):
        messages = self.env["isp.notice.message"].sudo()
        waiting = [*self._get_message_domain(), ("state", "=", "waiting")]
        messages.search(waiting).write(
            {
                "state": "cancelled",
                "reason": self.env._("The broadcast was stopped."),
                "is_stopped": True,
            }
        )

    def _resume_stopped(self):
        """What was taken back when it was stopped waits again."""
        messages = self.env["isp.notice.message"].sudo()
        stopped = messages.search(
            [
                *self._get_message_domain(),
                ("is_stopped", "=", True),
                ("state", "=", "cancelled"),
            ]
        )
        pool = self._get_pool()
        stopped.write({"state": "waiting", "reason": False, "is_stopped": False})
        by_number = stopped.grouped(lambda m: pool._choose_for(m.partner_id))
        for number, rows in by_number.items():
            rows.gateway_id = number
        stopped._enqueue()

    # What the outbox asks of whatever it tells of; a test is about no service

    def _get_notice_person(self):
        return self.env.user.partner_id

    def _get_notice_email(self):
        return False
